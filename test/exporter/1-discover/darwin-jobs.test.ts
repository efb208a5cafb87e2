import assert from "node:assert/strict";
import { createDarwinDiscoverer } from "../../../src/exporter/1-discover/darwin-discover.ts";
import type { JobList, LaunchdJobs } from "../../../src/model/darwin.ts";
import type { WorkloadRule } from "../../../src/model/workload-rule.ts";
import { memoryHost } from "../../support/memory-host.ts";
import { type DescribedRow, launchdOf, noKernel, tableOf } from "./darwin-rows.ts";

const server = ["mlx_lm.server", "--model", "org/Q"];
const fork = [
  "/usr/bin/python3",
  "-c",
  "from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5, pipe_handle=9)",
  "--multiprocessing-fork",
];
const uuid = "64DD861F-BA99-4B1C-A478-2478B317DA0D";

const rule = (name: string, ...unit: readonly string[]): WorkloadRule => ({
  name,
  match: { unit },
  expect: "never",
});

function discovering(launchd: LaunchdJobs, rules: readonly WorkloadRule[] = []) {
  const host = memoryHost({}, { platform: "darwin" });
  const discoverer = createDarwinDiscoverer(host, { rules }, noKernel, launchd);
  const discover = async (processes: readonly DescribedRow[], patience?: number) =>
    (await discoverer.discover(tableOf(processes), patience)).processes;
  const units = async (processes: readonly DescribedRow[]) =>
    (await discover(processes)).map(({ unit }) => unit);
  const names = async (processes: readonly DescribedRow[]) =>
    (await discover(processes)).map(({ workload }) => workload);
  return { host, discoverer, discover, units, names };
}

describe("the launchd job of a process", () => {
  it("is the one of which it is the process, or a descendant; of nested ones the nearest", async () => {
    const { launchd } = launchdOf({ 10: "local.chat", 20: "local.outer", 21: "local.inner" });
    const { units } = discovering(launchd);
    const processes = [
      { pid: 10, argv: server },
      { pid: 20, argv: ["sh"] },
      { pid: 21, parent: 20, argv: ["uv", "run"] },
      { pid: 22, parent: 21, argv: server },
      { pid: 30, argv: ["zsh"] },
      { pid: 31, parent: 30, argv: server },
    ];
    assert.deepEqual(await units(processes), ["local.chat", "local.inner", undefined]);
  });

  it("is that of the server for children that carry no name of their own", async () => {
    const { launchd, asked } = launchdOf({ 10: "local.chat" });
    const { units } = discovering(launchd);
    const processes = [
      { pid: 10, argv: server },
      { pid: 11, parent: 10, argv: fork },
    ];
    assert.deepEqual(await units(processes), ["local.chat", "local.chat"]);
    assert.deepEqual(await units([...processes, { pid: 12, parent: 11, argv: fork }]), [
      "local.chat",
      "local.chat",
      "local.chat",
    ]);
    assert.equal(asked.length, 1);
  });

  it("is unknown, and so empty, of a process that lost its parents before it was seen, and kept where it was known", async () => {
    const { launchd } = launchdOf({ 10: "local.chat" });
    const { units, discoverer } = discovering(launchd, [rule("a", "other")]);
    assert.deepEqual(await units([{ pid: 12, argv: server }]), [undefined]);
    const both = [
      { pid: 10, argv: ["sh"] },
      { pid: 11, parent: 10, argv: server },
    ];
    assert.deepEqual(await units(both), ["local.chat"]);
    const orphan = [{ pid: 11, parent: 1, argv: server }];
    assert.deepEqual(await units(orphan), ["local.chat"]);
    discoverer.configure([rule("b", "local.chat")]);
    assert.deepEqual(await units(orphan), ["local.chat"], "judged anew");
  });

  it("is not that of an older process's pid: a parent that is younger than its child is a stranger", async () => {
    const { launchd } = launchdOf({ 10: "local.chat" });
    const { units } = discovering(launchd);
    const processes = [
      { pid: 10, start: 90, argv: ["sh"] },
      { pid: 11, start: 50, parent: 10, argv: server },
    ];
    assert.deepEqual(await units(processes), [undefined]);
  });

  it("is not that of an earlier process with its pid", async () => {
    const { launchd, answer } = launchdOf({ 10: "local.chat" });
    const { units } = discovering(launchd);
    assert.deepEqual(await units([{ pid: 10, start: 50, argv: server }]), ["local.chat"]);
    answer({ value: [{ pid: 10, label: "local.other" }] });
    assert.deepEqual(await units([{ pid: 10, start: 51, argv: server }]), ["local.other"]);
  });

  for (const label of [
    "application.com.apple.Terminal.1152921500311883025.1152921500311883030",
    `application.com.electron.ollama.2312009772.2312009778.${uuid}`,
    `com.openssh.sshd.${uuid}`,
  ]) {
    it(`is none where it is a session's, whose label is another each time: ${label}`, async () => {
      const { units } = discovering(launchdOf({ 10: label }).launchd);
      assert.deepEqual(await units([{ pid: 10, argv: server }]), [undefined]);
    });
  }

  for (const label of ["homebrew.mxcl.postgresql@16", "application.chat", "chat", "My Chat"]) {
    it(`is one that a person named: ${label}`, async () => {
      const { units } = discovering(launchdOf({ 10: label }).launchd);
      assert.deepEqual(await units([{ pid: 10, argv: server }]), [label]);
    });
  }

  it("shows 128 characters at most, and none that moves a cursor", async () => {
    const { units } = discovering(launchdOf({ 10: `a\u2028${"b".repeat(300)}` }).launchd);
    assert.deepEqual(await units([{ pid: 10, argv: server }]), [`a\uFFFD${"b".repeat(126)}`]);
  });
});

describe("a rule on a unit on macOS", () => {
  const processes = [
    { pid: 10, argv: server },
    { pid: 11, argv: server },
    { pid: 12, argv: server },
  ];

  it("names a process by the label of its job in the first discovery: whole, by a glob or out of a list", async () => {
    const { launchd } = launchdOf({ 10: "local.chat", 11: "homebrew.mxcl.omlx", 12: "local.x" });
    const rules = [rule("chat", "local.chat"), rule("brew", "homebrew.*"), rule("l", "a", "lo*.?")];
    assert.deepEqual(await discovering(launchd, rules).names(processes), ["chat", "brew", "l"]);
  });

  it("does not hold for a process that is in no job, not even with *", async () => {
    const { names } = discovering(launchdOf({ 10: "local.chat" }).launchd, [rule("any", "*")]);
    assert.deepEqual(await names(processes), ["any", "mlx_lm.server:Q", "mlx_lm.server:Q"]);
  });

  it("claims a program that no runtime table knows, together with that program", async () => {
    const match = { program: "train.py", unit: ["local.train"] };
    const rules: readonly WorkloadRule[] = [{ name: "train", match, expect: "never" }];
    const { names } = discovering(launchdOf({ 10: "local.train" }).launchd, rules);
    const trains = [10, 11].map((pid) => ({ pid, argv: ["python3", "train.py"] }));
    assert.deepEqual(await names(trains), ["train"]);
  });

  it("asks launchd of each process once, and again only of new ones", async () => {
    const { launchd, asked } = launchdOf({ 10: "local.chat" });
    const { names, host } = discovering(launchd, [rule("chat", "local.chat")]);
    await names([{ pid: 9, argv: ["sleep", "9"] }]);
    assert.deepEqual(asked, [], "no process of MLX is there");
    await names(processes);
    host.clock.advance(600);
    await names(processes);
    assert.equal(asked.length, 1);
    host.clock.advance(5);
    await names([...processes, { pid: 13, argv: server }]);
    assert.deepEqual(asked, [1000, 1605], "the list must be younger than the process");
  });
});

describe("launchd that does not say", () => {
  const one = [{ pid: 10, argv: server }];
  const soon = () => new Promise<void>((resolve) => setImmediate(resolve));
  const chat: JobList = { value: [{ pid: 10, label: "local.chat" }] };

  it("costs the label alone, tells why, and is asked again a minute later", async () => {
    const { launchd, asked, answer } = launchdOf({});
    answer({ missing: "error", detail: "it printed nothing of use" });
    const { discover, host } = discovering(launchd, [rule("chat", "local.chat")]);
    const seen = async () => {
      const [found] = await discover(one);
      return [found?.workload, found?.unit, found?.unitMissing];
    };
    const without = ["mlx_lm.server:Q", undefined, "error"];
    assert.deepEqual(await seen(), without);
    answer(chat);
    host.clock.advance(59);
    assert.deepEqual(await seen(), without);
    assert.equal(asked.length, 1);
    host.clock.advance(1);
    assert.deepEqual(await seen(), ["chat", "local.chat", undefined]);
  });

  it("is asked for a list that is younger than the newest of those that it is about", async () => {
    const { launchd, asked, answer } = launchdOf({});
    answer({ missing: "error", detail: "" });
    const { discover, host } = discovering(launchd);
    await discover(one);
    host.clock.advance(60);
    await discover([...one, { pid: 11, argv: server }]);
    assert.deepEqual(asked, [1000, 1060]);
  });

  for (const reason of ["unsupported", "forbidden", "not_measured"] as const) {
    it(`because of '${reason}' is not asked again`, async () => {
      const { launchd, asked, answer } = launchdOf({});
      answer({ missing: reason, detail: "" });
      const { discover, host } = discovering(launchd);
      assert.equal((await discover(one))[0]?.unitMissing, reason);
      host.clock.advance(600);
      assert.equal((await discover(one))[0]?.unitMissing, reason);
      assert.equal(asked.length, 1);
    });
  }

  it("in time is waited for no longer than a second, and heard in the next discovery", async () => {
    const { launchd, asked, answer } = launchdOf({});
    let say: (list: JobList) => void = () => undefined;
    answer(new Promise((resolve) => (say = resolve)));
    const { discover, host } = discovering(launchd, [rule("chat", "local.chat")]);
    const first = discover(one, 5);
    await soon();
    host.clock.advance(1);
    const [found] = await first;
    assert.deepEqual([found?.workload, found?.unitMissing], ["mlx_lm.server:Q", "not_measured"]);
    say(chat);
    host.clock.advance(2);
    assert.deepEqual((await discover(one))[0]?.workload, "chat");
    assert.deepEqual(asked, [1000, 1000], "what was asked first is young enough");
  });

  it("of the children of a server says the same as of the server", async () => {
    const { launchd, answer } = launchdOf({});
    answer({ missing: "error", detail: "" });
    const found = await discovering(launchd).discover([
      ...one,
      { pid: 11, parent: 10, argv: fork },
    ]);
    assert.deepEqual(
      found.map(({ unitMissing }) => unitMissing),
      ["error", "error"],
    );
  });
});
