import assert from "node:assert/strict";
import { createExporter } from "../../../src/exporter/exporter.ts";
import { createProber } from "../../../src/exporter/probe/prober.ts";
import type { Exchange } from "../../../src/model/exchange.ts";
import type { Probe, ProbeResult } from "../../../src/model/probe.ts";
import type { WorkloadRule } from "../../../src/model/workload-rule.ts";
import { fixtureHost, roots } from "../../support/fixture-host.ts";

const probe: Probe = {
  url: "http://127.0.0.1:8080",
  kind: "chat",
  prompt: "a secret prompt",
  intervalSeconds: 60,
  timeoutSeconds: 30,
};
const rule = (name: string, change?: Partial<Probe>): WorkloadRule => ({
  name,
  match: { runtime: "mlx_lm.server" },
  expect: "never",
  ...(change && { probe: { ...probe, ...change } }),
});
const body = Buffer.from('{"choices":[{"text":"a secret answer"}]}');
const good: Exchange = { kind: "answered", status: 200, body };
const bad: Exchange = { kind: "answered", status: 503, body };
const hangs = () => new Promise<never>(() => undefined);

/** A prober whose machine runs one server, that of the first rule. */
async function probing(
  rules: readonly WorkloadRule[] = [rule("chat", {})],
  files: Readonly<Record<string, string>> = {},
  readableByAll: readonly string[] = [],
) {
  const host = fixtureHost("unified-v2", { readableByAll });
  for (const [path, text] of Object.entries(files)) host.put(path, text);
  host.answer(() => good);
  const lines: string[] = [];
  const prober = createProber(host, rules, {
    write: (level, message, facts) => lines.push(`${level} ${message} ${JSON.stringify(facts)}`),
  });
  const exporter = await createExporter(host, { roots, rules, maxProcesses: 9, maxWorkloads: 9 });
  let running: ReadonlySet<string> = new Set(rules.map(({ name }) => name));
  /** Lets so many seconds pass as `serve` does; nobody waits for a probe, but what it begets is awaited. */
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      void prober.tick(running);
      await settled();
      host.clock.advance(1);
      await settled();
    }
  };
  return {
    host,
    lines,
    prober,
    pass,
    run: (...names: readonly string[]) => {
      running = new Set(names);
    },
    /** What the view says of the first workload, whose process is there whatever `run` says. */
    seen: async (): Promise<ProbeResult | undefined> => {
      const { workloads } = prober.withResults(await exporter.look());
      return workloads.find(({ name }) => name === rules[0]?.name)?.probe;
    },
  };
}

/** Runs what promises have in store. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("the prober", () => {
  it("asks at once and then at each interval, and says what it saw", async () => {
    const { host, pass, seen, lines } = await probing();
    assert.equal(await seen(), undefined, "nothing is known before the first answer");
    await pass(1);
    assert.deepEqual(await seen(), { success: true, seconds: 0 });
    await pass(59);
    assert.equal(host.asked.length, 1);
    await pass(61);
    assert.equal(host.asked.length, 3);
    assert.deepEqual(lines, []);
  });

  it("counts one that hangs as failed at its timeout, with how long it took", async () => {
    const { host, pass, seen } = await probing();
    host.answer(hangs);
    await pass(30);
    assert.deepEqual(await seen(), { success: false, reason: "timeout", seconds: 30 });
  });

  it("notices within two intervals that a server died after it answered", async () => {
    const { host, pass, seen } = await probing();
    await pass(1);
    host.answer(hangs);
    await pass(119);
    assert.equal((await seen())?.success, false);
  });

  it("asks nobody twice at a time, even when an answer outlasts the interval", async () => {
    const { host, pass } = await probing([rule("chat", { timeoutSeconds: 1000 })]);
    host.answer(hangs);
    await pass(200);
    assert.equal(host.asked.length, 1);
  });

  it("spreads the probes of several workloads over the interval", async () => {
    const { host, pass } = await probing([
      rule("chat", { model: "a" }),
      rule("unasked"),
      rule("code", { model: "b" }),
      rule("vision", { model: "c" }),
    ]);
    const counts: number[] = [];
    for (let third = 0; third < 3; third++) {
      await pass(1);
      counts.push(host.asked.length);
      await pass(19);
    }
    assert.deepEqual(counts, [1, 2, 3]);
  });

  it("asks only while the workload has a process, and says nothing of one that has none", async () => {
    const { host, pass, run, seen } = await probing();
    run();
    await pass(100);
    assert.equal(host.asked.length, 0);
    run("chat");
    await pass(1);
    assert.equal((await seen())?.success, true);
    run();
    await pass(1);
    assert.equal(await seen(), undefined);
  });

  it("gives up what it was asking when the process goes, and that counts for nothing", async () => {
    const { host, pass, run, seen, lines } = await probing();
    host.answer(hangs);
    await pass(5);
    run();
    await pass(1);
    run("chat");
    host.answer(() => good);
    await pass(1);
    assert.deepEqual([await seen(), lines], [{ success: true, seconds: 0 }, []]);
  });

  it("says nothing any more once the last result is older than three intervals", async () => {
    const { host, pass, seen } = await probing();
    await pass(1);
    host.clock.advance(179);
    assert.equal((await seen())?.success, true);
    host.clock.advance(1);
    assert.equal(await seen(), undefined);
  });

  it("logs one line when failures begin and one when they end, and never what was said", async () => {
    const { host, pass, lines } = await probing();
    host.answer(() => bad);
    await pass(121);
    assert.equal(host.asked.length, 3);
    host.answer(() => ({ kind: "failed", code: "ECONNREFUSED" }));
    await pass(60);
    host.answer(() => good);
    await pass(120);
    assert.deepEqual(lines, [
      'warn a probe began to fail {"workload":"chat","reason":"status","detail":"503","seconds":0}',
      'info a probe succeeds again {"workload":"chat","seconds":0,"failedSeconds":240}',
    ]);
    assert.ok(!lines.join().includes("secret"));
  });

  it("remembers over a restart of the server that it was failing", async () => {
    const { host, pass, run, lines } = await probing();
    host.answer(() => bad);
    await pass(1);
    run();
    await pass(5);
    run("chat");
    host.answer(() => good);
    await pass(1);
    assert.match(lines.join("\n"), /began to fail.*\n.*succeeds again/);
  });

  it("reads the bearer token anew each time, and never logs it", async () => {
    const rules = [rule("chat", { bearerTokenFile: "/etc/token" })];
    const { host, pass, lines } = await probing(rules, { "/etc/token": "first\n" });
    await pass(1);
    host.put("/etc/token", "second\n");
    host.answer(() => bad);
    await pass(60);
    assert.deepEqual(
      host.asked.map(({ headers }) => headers["authorization"]),
      ["Bearer first", "Bearer second"],
    );
    assert.ok(!/first|second\b/.test(lines.join().replace("seconds", "")));
  });

  it("fails without its token, and asks nothing", async () => {
    const rules = [rule("chat", { bearerTokenFile: "/etc/token" })];
    const { host, pass, seen } = await probing(rules, { "/etc/token": "forbidden" });
    await pass(1);
    const failed = { success: false, reason: "token_file", detail: "forbidden", seconds: 0 };
    assert.deepEqual([await seen(), host.asked], [failed, []]);
  });

  it("warns once of a token that every user may read, and again after a reload", async () => {
    const rules = [rule("chat", { bearerTokenFile: "/etc/token" })];
    const { prober, pass, lines } = await probing(rules, { "/etc/token": "t" }, ["/etc/token"]);
    await pass(121);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /^warn every user may read a probe's token file .*chmod o-r/);
    prober.configure(rules);
    await pass(61);
    assert.equal(lines.length, 2);
  });

  it("takes over other rules: the same probe goes on, a changed one begins anew, a gone one ends", async () => {
    const { host, prober, pass, seen } = await probing();
    await pass(1);
    prober.configure([rule("chat", {})]);
    assert.equal((await seen())?.success, true);
    await pass(1);
    assert.equal(host.asked.length, 1);
    prober.configure([rule("chat", { model: "other" })]);
    assert.equal(await seen(), undefined);
    await pass(1);
    assert.match(host.asked[1]?.body ?? "", /"model":"other"/);
    prober.configure([rule("chat")]);
    assert.equal(await seen(), undefined);
    await pass(200);
    assert.equal(host.asked.length, 2);
  });

  it("ends what it is asking when it is closed or the rule is gone", async () => {
    for (const end of ["close", "configure"] as const) {
      const { host, prober } = await probing();
      host.answer(hangs);
      const asking = prober.tick(new Set(["chat"]));
      await settled();
      prober[end]([]);
      await asking;
    }
  });

  it("lets a bug be a bug, and asks again all the same", async () => {
    const { host, prober } = await probing();
    host.answer(() => {
      throw new Error("made to fail");
    });
    await assert.rejects(prober.tick(new Set(["chat"])), /made to fail/);
    host.clock.advance(60);
    host.answer(() => good);
    await prober.tick(new Set(["chat"]));
    assert.equal(host.asked.length, 2);
  });
});
