import assert from "node:assert/strict";
import type { ChildCommand, Ending } from "../../src/model/child-command.ts";
import type { Exchange, ExchangeRequest } from "../../src/model/exchange.ts";
import type { Host } from "../../src/model/host.ts";
import { lineSchema, type RecordingLine } from "../../src/model/recording.ts";
import { fixtureHost } from "../support/fixture-host.ts";
import type { MemoryHost } from "../support/memory-host.ts";
import { runCli, type Outcome } from "../support/run-cli.ts";

const workload = "mlx_lm.server:tiny-llama";

/** Runs `record` on a recorded machine while time passes; `meanwhile` is called at every tenth of a second. */
async function record(
  host: MemoryHost,
  argv: readonly string[],
  meanwhile: (seconds: number) => void = () => undefined,
  real: Partial<Host> = {},
): Promise<Outcome & { readonly lines: readonly RecordingLine[] }> {
  const running = runCli(["record", "--path.rootfs", "/", ...argv], { ...host, ...real });
  const state = { over: false };
  const end = () => {
    state.over = true;
  };
  running.then(end, end);
  const began = host.clock.monotonicSeconds();
  for (let turn = 0; !state.over && turn < 20_000; turn++) {
    await new Promise(setImmediate);
    if (turn % 5 !== 4) continue;
    meanwhile(host.clock.monotonicSeconds() - began);
    host.clock.advance(0.1);
  }
  const outcome = await running;
  const [path] = host.made;
  const text = path === undefined ? "" : (host.appended(path) ?? "");
  const lines = text.split("\n").filter(Boolean);
  return { ...outcome, lines: lines.map((line) => lineSchema.parse(JSON.parse(line))) };
}

const kinds = (lines: readonly RecordingLine[]) => lines.map(({ kind }) => kind);
const endOf = (lines: readonly RecordingLine[]) => {
  const last = lines.at(-1);
  return last?.kind === "end" ? last.reason : undefined;
};
const idle = [workload, "--scenario", "idle", "--duration", "3s"];

/** A child that the test ends; nothing is started. */
function fakeChild(pid: number) {
  let end: Ending | undefined;
  let stops = 0;
  const child: ChildCommand = {
    pid,
    ended: () => end,
    stop: () => Promise.resolve(void (stops += 1)),
  };
  return { child, finish: (how: Ending) => (end = how), stops: () => stops };
}

describe("record", () => {
  it("samples a running workload for so long, and prints where that is", async () => {
    const host = fixtureHost("unified-v2");
    const { code, stdout, stderr, lines } = await record(host, idle);
    assert.equal(code, 0);
    assert.equal(stdout, "recordings/mlx_lm.server-tiny-llama/idle-20270115T080000Z.jsonl\n");
    assert.deepEqual(host.made, [stdout.trim()]);
    assert.deepEqual(kinds(lines), [
      "header",
      "limits",
      "sample",
      "sample",
      "sample",
      "sample",
      "end",
    ]);
    assert.equal(endOf(lines), "duration");
    const [header] = lines;
    assert.ok(header?.kind === "header");
    assert.deepEqual([header.host.os, header.runtime], ["Memory OS 1", "mlx_lm.server"]);
    assert.ok((header.host.memoryBytes ?? 0) > 0);
    assert.match(
      stderr,
      /^Recording '.*' \(idle\) for 3 s into .*; Ctrl-C ends it earlier\.\n0 of 3 s: /,
    );
  });

  it("takes samples as far apart as it is told to, and looks at events every second all the same", async () => {
    const host = fixtureHost("unified-v2");
    const args = [
      workload,
      "--scenario",
      "idle",
      "--duration",
      "10s",
      "--interval",
      "5s",
      "--out",
      "/o",
    ];
    const { lines } = await record(host, args);
    const times = lines.flatMap((line) => (line.kind === "sample" ? [Math.round(line.t)] : []));
    assert.deepEqual(times, [0, 5, 10]);
  });

  it("names what runs when the workload does not", async () => {
    const { code, stderr, lines } = await record(fixtureHost("unified-v2"), [
      "chat",
      "--scenario",
      "idle",
    ]);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /No process of the workload 'chat' runs here\. What runs is 'mlx_lm\.server:tiny-llama'/,
    );
    assert.deepEqual(lines, []);
  });

  it("ends well when it is stopped", async () => {
    const host = fixtureHost("unified-v2");
    const { code, lines } = await record(host, idle, (seconds) => {
      if (seconds > 1) host.stop();
    });
    assert.deepEqual([code, endOf(lines)], [0, "interrupted"]);
  });

  it("keeps what there was when the workload ends for good, says so and exits with 2", async () => {
    const host = fixtureHost("unified-v2");
    const { code, stderr, lines } = await record(
      host,
      [workload, "--scenario", "idle"],
      (seconds) => {
        if (seconds > 2) host.remove("/proc/4242");
      },
    );
    assert.equal(code, 2);
    assert.match(
      stderr,
      /The workload '.*' ended after 1\d s, before the recording did\. What was recorded/,
    );
    assert.equal(endOf(lines), "workload_gone");
  });

  it("keeps whole lines when there is no room for more, says so and exits with 2", async () => {
    const host = fixtureHost("unified-v2");
    host.room(4000);
    const { code, stderr, lines } = await record(host, idle);
    assert.equal(code, 2);
    assert.match(stderr, /could not be written any further: ENOSPC/);
    assert.equal(endOf(lines), "error", "the last line is shorter than a sample");
    assert.ok(lines.length > 1);
  });

  it("records what comes from a process when it is given its pid, under the name that is given", async () => {
    const host = fixtureHost("unified-v2");
    const { code, lines } = await record(host, ["chat", "--pid", "4242", ...idle.slice(1)]);
    assert.equal(code, 0);
    assert.equal(lines[0]?.kind === "header" && lines[0].workload, "chat");
  });

  describe("with a command", () => {
    const command = [
      "chat",
      "--scenario",
      "average",
      "--duration",
      "5s",
      "--",
      "serve-it",
      "--help",
    ];

    it("records what it started, ends it, and leaves its flags to it", async () => {
      const host = fixtureHost("unified-v2");
      const { child, stops } = fakeChild(4242);
      let argv: readonly string[] = [];
      const { code, lines } = await record(host, command, undefined, {
        startCommand: (given) => {
          argv = given;
          return Promise.resolve(child);
        },
      });
      assert.deepEqual([code, endOf(lines), stops()], [0, "duration", 1]);
      assert.deepEqual(argv, ["serve-it", "--help"]);
    });

    for (const [how, code, reason] of [
      [{ kind: "code", code: 0 }, 0, "command_ended"],
      [{ kind: "code", code: 7 }, 2, "command_ended"],
      [{ kind: "signal", signal: "SIGKILL" }, 2, "command_ended"],
    ] as const) {
      it(`exits with ${code} when that ends with ${JSON.stringify(how)}`, async () => {
        const host = fixtureHost("unified-v2");
        const { child, finish } = fakeChild(4242);
        const outcome = await record(
          host,
          command,
          (seconds) => {
            if (seconds > 2) finish(how);
          },
          { startCommand: () => Promise.resolve(child) },
        );
        assert.deepEqual([outcome.code, endOf(outcome.lines)], [code, reason]);
        if (code === 2)
          assert.match(outcome.stderr, /'serve-it' ended with (exit code 7|SIGKILL) after/);
      });
    }

    it("says what to do when nothing of it is known to be MLX, and ends it", async () => {
      const { child, stops } = fakeChild(99_999);
      const { code, stderr } = await record(fixtureHost("unified-v2"), command, undefined, {
        startCommand: () => Promise.resolve(child),
      });
      assert.deepEqual([code, stops()], [2, 1]);
      assert.match(
        stderr,
        /Nothing that 'serve-it' started is known to be MLX\. Name its program in a config/,
      );
    });

    it("says how it ended when that was before it was seen", async () => {
      const { child, finish } = fakeChild(99_999);
      finish({ kind: "code", code: 127 });
      const { code, stderr } = await record(fixtureHost("unified-v2"), command, undefined, {
        startCommand: () => Promise.resolve(child),
      });
      assert.equal(code, 2);
      assert.match(stderr, /'serve-it' ended with exit code 127 before anything/);
    });

    it("says that there is no such program", async () => {
      const { code, stderr } = await record(fixtureHost("unified-v2"), command);
      assert.equal(code, 2);
      assert.match(stderr, /'serve-it' could not be started/);
    });
  });

  describe("the scenario import", () => {
    const started = async (host: MemoryHost, ...flags: readonly string[]) => {
      let argv: readonly string[] = [];
      const outcome = await record(host, [workload, "--scenario", "import", ...flags], undefined, {
        startCommand: (given) => {
          argv = given;
          return Promise.resolve(fakeChild(4242).child);
        },
      });
      return { argv, ...outcome };
    };

    it("runs a program that imports MLX, by the interpreter that is named, for half a minute", async () => {
      const { argv, lines } = await started(fixtureHost("unified-v2"), "--python", "/p/python");
      assert.deepEqual(argv, ["/p/python", "/package/reporter/import_mlx.py"]);
      const last = lines.at(-1);
      assert.ok(last?.kind === "end" && Math.round(last.t) === 30);
    });

    it("takes the running workload's interpreter where it is ours, else asks for one", async () => {
      const host = fixtureHost("unified-v2");
      const refused = await started(host);
      assert.equal(refused.code, 2);
      assert.match(
        refused.stderr,
        /belongs to another user and is not run as this one\. Name .* with --python/,
      );
      const ours = fixtureHost("unified-v2");
      ours.put("/proc/self/status", "Uid:\t1000\t1000\t1000\t1000\n");
      const { argv } = await started(ours);
      assert.match(argv[0] ?? "", /python/);
    });

    it("takes python3 where the workload does not run", async () => {
      let argv: readonly string[] = [];
      await record(
        fixtureHost("unified-v2"),
        ["chat", "--scenario", "import", "--duration", "1s"],
        undefined,
        {
          startCommand: (given) => {
            argv = given;
            return Promise.resolve(fakeChild(4242).child);
          },
        },
      );
      assert.equal(argv[0], "python3");
    });
  });

  describe("with a load", () => {
    const peak = [workload, "--scenario", "peak", "--duration", "20s", "--load", "openai"];
    const completion = (host: MemoryHost) => async (): Promise<Exchange> => {
      await host.clock.sleep(0.3);
      return {
        kind: "answered",
        status: 200,
        body: Buffer.from('{"choices":[{}],"usage":{"completion_tokens":1}}'),
      };
    };

    it("asks the recorded server where it says that it listens, and keeps what came of it", async () => {
      const host = fixtureHost("unified-v2");
      host.answer(completion(host));
      const { code, stderr, lines } = await record(host, [
        ...peak,
        "--load-model",
        "m",
        "--rate",
        "20",
      ]);
      assert.equal(code, 0);
      assert.match(host.asked[0]?.url ?? "", /^http:\/\/127\.0\.0\.1:\d+\/v1\/chat\/completions$/);
      assert.match(host.asked[0]?.body ?? "", /"model":"m"/);
      const header = lines[0];
      assert.deepEqual(header?.kind === "header" && header.load, {
        generator: "openai",
        concurrency: 1,
        promptTokens: 512,
        maxTokens: 64,
        distinctPrompts: 20,
        rate: 20,
      });
      const last = lines.findLast((line) => line.kind === "load");
      assert.ok(last?.kind === "load" && last.requests > 20 && last.errors === 0);
      assert.equal(last.tokens, last.requests);
      const notes = lines.flatMap((line) => (line.kind === "note" ? [line.note] : []));
      assert.deepEqual(notes, ["load_started", "load_ended"]);
      assert.match(stderr, /that takes 10 distinct prompts, and 20 are sent in turn/);
      assert.doesNotMatch(stderr, /not the peak yet|too few/);
    });

    it("says when it was no peak", async () => {
      const host = fixtureHost("unified-v2");
      host.answer(completion(host));
      const few = await record(host, [...peak, "--distinct-prompts", "3"]);
      assert.match(
        few.stderr,
        /Only 3 distinct prompts were completed, and the prompt cache holds 10/,
      );
      const growing = fixtureHost("unified-v2");
      growing.answer(completion(growing));
      const status = growing.files.read("/proc/4242/status");
      assert.ok(status.kind === "read");
      const text = status.bytes.toString("utf8");
      const { stderr } = await record(growing, peak, (seconds) => {
        const size = Math.round(1_000_000 + 100_000 * seconds);
        growing.put(
          "/proc/4242/status",
          text.replace(/^(Vm(?:HWM|RSS)|RssAnon):.*$/gm, `$1:\t${size} kB`),
        );
      });
      assert.match(stderr, /Memory was still growing at the end, by more than 1 % of its peak/);
    });

    it("says why when nothing was ever answered, and exits with 2", async () => {
      const host = fixtureHost("unified-v2");
      const args = [...peak, "--url", "http://127.0.0.1:9/v1"];
      const { code, stderr, lines } = await record(host, args);
      assert.deepEqual([code, endOf(lines)], [2, "duration"]);
      assert.match(
        stderr,
        /No request to http:\/\/127\.0\.0\.1:9\/v1 was answered with a completion: it could not be reached \(ECONNREFUSED\)/,
      );
    });

    it("shows the key from its file, and writes it nowhere", async () => {
      const host = fixtureHost("unified-v2");
      host.put("/key", "sk-secret\n");
      host.answer(completion(host));
      const { stderr, stdout } = await record(host, [...peak, "--load-token-file", "/key"]);
      assert.equal(host.asked[0]?.headers["authorization"], "Bearer sk-secret");
      assert.doesNotMatch(stderr + stdout + (host.appended(stdout.trim()) ?? ""), /secret/);
    });

    it("of another program ends the recording when that ends, and says how", async () => {
      for (const [exit, code] of [
        [0, 0],
        [4, 2],
      ] as const) {
        const host = fixtureHost("unified-v2");
        const { child, finish, stops } = fakeChild(77_777);
        let argv: readonly string[] = [];
        const outcome = await record(
          host,
          [workload, "--scenario", "edge:burst", "--load-command", "wrk it"],
          (seconds) => {
            if (seconds > 3) finish({ kind: "code", code: exit });
          },
          {
            startCommand: (given) => {
              argv = given;
              return Promise.resolve(child);
            },
          },
        );
        assert.deepEqual(argv, ["sh", "-c", "wrk it"]);
        assert.deepEqual([outcome.code, endOf(outcome.lines), stops()], [code, "command_ended", 1]);
        const header = outcome.lines[0];
        assert.deepEqual(header?.kind === "header" && header.load, { generator: "command" });
        if (code === 2) assert.match(outcome.stderr, /'wrk it' ended with exit code 4/);
      }
    });
  });

  describe("from history", () => {
    const url = "http://prometheus:9090/prom";
    const history = [
      "chat",
      "--scenario",
      "average",
      "--from-prometheus",
      `${url}/`,
      "--range",
      "10m",
    ];
    const success = (result: readonly unknown[], warnings?: readonly string[]): Exchange => ({
      kind: "answered",
      status: 200,
      body: Buffer.from(JSON.stringify({ status: "success", data: { result }, warnings })),
    });
    /** A Prometheus that knows one server of the instance a:1 the whole time. */
    const knowing =
      (instances: readonly string[] = ["a:1"], step = 60) =>
      (request: ExchangeRequest): Exchange => {
        const form = new URLSearchParams(request.body);
        const query = form.get("query") ?? "";
        if (query.startsWith("count by (instance)"))
          return success(instances.map((instance) => ({ metric: { instance }, value: [1, "1"] })));
        if (query.startsWith("count by (runtime"))
          return success([
            {
              metric: { runtime: "mlx_lm.server", model: "m", mlx_version: "0.32" },
              value: [1, "1"],
            },
          ]);
        if (!request.url.endsWith("query_range")) return success([{ metric: {}, value: [1, "8"] }]);
        const values: [number, string][] = [];
        for (let at = Number(form.get("start")); at <= Number(form.get("end")); at += step)
          values.push([at, query.includes("start_time") ? "1799000000" : "7"]);
        const metric = { pid: "4242", role: "server", source: "host", event: "max" };
        return success([{ metric, values }]);
      };

    it("is the same recording, with every moment of the range", async () => {
      const host = fixtureHost("unified-v2");
      host.answer(knowing());
      const { code, stdout, lines } = await record(host, history);
      assert.equal(code, 0);
      assert.match(stdout, /^recordings\/chat\/average-/);
      const [header] = lines;
      assert.ok(header?.kind === "header");
      assert.deepEqual(
        [
          header.source,
          header.interval,
          header.model?.name,
          header.versions.mlx,
          header.host.cpuCores,
        ],
        ["prometheus", 60, "m", "0.32", 8],
      );
      const samples = lines.flatMap((line) => (line.kind === "sample" ? [line] : []));
      assert.equal(samples.length, 11);
      assert.deepEqual([samples[0]?.t, samples.at(-1)?.t], [0, 600]);
      assert.equal(samples[0]?.processes[0]?.memoryUsedBytes, 7);
      assert.equal(endOf(lines), "duration");
      assert.ok(host.asked.every((request) => request.url.startsWith(`${url}/api/v1/query`)));
      assert.ok(
        host.asked.every(
          (request) =>
            !(request.body ?? "").includes("range") || (request.body ?? "").includes("a%3A1"),
        ),
      );
    });

    it("shows tokens, passwords and tenants to the server, and to nobody else", async () => {
      const host = fixtureHost("unified-v2");
      host.answer(knowing());
      host.put("/basic", "ada:secret\n");
      const flags = [
        "--prometheus.basic-auth-file",
        "/basic",
        "--prometheus.header",
        "X-Scope-OrgID=a=b",
      ];
      const { stderr, stdout } = await record(host, [...history, ...flags]);
      for (const { headers } of host.asked) {
        assert.equal(
          headers["authorization"],
          `Basic ${Buffer.from("ada:secret").toString("base64")}`,
        );
        assert.equal(headers["x-scope-orgid"], "a=b");
      }
      assert.doesNotMatch(stderr + stdout, /secret/);
    });

    it("keeps what came before a Prometheus failed, says why and exits with 2", async () => {
      const host = fixtureHost("unified-v2");
      const knows = knowing(["a:1"], 1);
      let ranges = 0;
      host.answer((request) => {
        if (request.url.endsWith("query_range")) ranges += 1;
        if (ranges > 40)
          return {
            kind: "answered",
            status: 503,
            body: Buffer.from('{"status":"error","error":"overloaded"}'),
          };
        return knows(request);
      });
      const { code, stderr, lines } = await record(host, [
        ...history,
        "--range",
        "2h",
        "--step",
        "1s",
      ]);
      assert.equal(code, 2);
      assert.match(
        stderr,
        /prom could not be asked: it answered with status 503: overloaded\. What was recorded until then is in/,
      );
      assert.equal(lines.filter(({ kind }) => kind === "sample").length, 5000);
      assert.equal(endOf(lines), "error");
    });

    it("makes no file where there is nothing to ask, or to keep", async () => {
      const down = fixtureHost("unified-v2");
      const { code, stderr } = await record(down, history);
      assert.equal(code, 2);
      assert.match(stderr, /could not be reached \(ECONNREFUSED\)\. Nothing was recorded/);
      const empty = fixtureHost("unified-v2");
      empty.answer(knowing([]));
      assert.match(
        (await record(empty, history)).stderr,
        /knows no process of the workload 'chat'/,
      );
      assert.deepEqual([down.made, empty.made], [[], []]);
    });

    it("asks which host when there are several, and takes the one it is told", async () => {
      const host = fixtureHost("unified-v2");
      host.answer(knowing(["b:1", "a:1"]));
      const several = await record(host, history);
      assert.equal(several.code, 2);
      assert.match(
        several.stderr,
        /runs on several hosts: a:1, b:1\. Choose one with --prometheus\.instance/,
      );
      const one = await record(host, [...history, "--prometheus.instance", "b:1"]);
      assert.equal(one.code, 0);
    });

    it("names what is partial, once, on stderr and in the recording", async () => {
      const host = fixtureHost("unified-v2");
      const knows = knowing();
      host.answer((request) => {
        const answer = knows(request);
        if (answer.kind !== "answered" || !request.url.endsWith("query_range")) return answer;
        const body = JSON.parse(answer.body.toString()) as object;
        return {
          ...answer,
          body: Buffer.from(JSON.stringify({ ...body, warnings: ["a store is down"] })),
        };
      });
      const { stderr, lines } = await record(host, history);
      assert.equal(stderr.match(/may be incomplete: \S+ warns: a store is down/g)?.length, 1);
      assert.deepEqual(
        lines.flatMap((line) => (line.kind === "note" ? [line.detail] : [])),
        ["a store is down"],
      );
    });

    it("keeps what it has when it is stopped", async () => {
      const host = fixtureHost("unified-v2");
      const knows = knowing();
      let asked = 0;
      host.answer((request) => {
        if (++asked === 12) host.stop();
        return asked > 12 ? new Promise(() => undefined) : knows(request);
      });
      const { code, lines } = await record(host, history);
      assert.deepEqual([code, endOf(lines)], [0, "interrupted"]);
    });
  });

  for (const [argv, sentence] of [
    [[], "The name of a workload is missing."],
    [["-x y", "--scenario", "idle"], "There is no flag"],
    [["a b", "--scenario", "idle"], "'a b' is no name of a workload"],
    [["chat"], "--scenario is missing"],
    [
      ["chat", "--scenario", "rush"],
      "--scenario takes import, idle, average, peak or edge:NAME, not 'rush'",
    ],
    [["chat", "--scenario", "idle", "--"], "There is no command after --."],
    [
      ["chat", "--scenario", "idle", "--pid", "7", "--", "x"],
      "-- COMMAND and --pid exclude each other",
    ],
    [
      ["chat", "--scenario", "import", "--pid", "7"],
      "--pid and --scenario import exclude each other",
    ],
    [
      ["chat", "--scenario", "idle", "--load", "openai", "--load-command", "x"],
      "--load and --load-command exclude",
    ],
    [
      ["chat", "--scenario", "idle", "--duration", "5"],
      "--duration takes a time such as 500ms, 90s, 10m or 14d, not '5'",
    ],
    [["chat", "--scenario", "idle", "--duration", "0s"], "--duration takes a time"],
    [
      ["chat", "--scenario", "idle", "--load", "openai", "--rate", "0"],
      "--rate takes requests a second",
    ],
    [
      ["chat", "--scenario", "idle", "--load", "openai", "--url", "ftp://x"],
      "--url takes an http or https URL",
    ],
    [
      ["chat", "--scenario", "idle", "--load", "openai", "--load-token-file", "/none"],
      "/none does not exist",
    ],
    [
      ["chat", "--scenario", "idle", "--from-prometheus", "x"],
      "--from-prometheus takes an http or https URL",
    ],
    [["chat", "--scenario", "idle", "--from-prometheus", "http://u:pw@h"], "not 'http://…@h'"],
    [
      ["chat", "--scenario", "idle", "--from-prometheus", "http://h", "--prometheus.header", "x"],
      "--prometheus.header takes NAME=VALUE",
    ],
    [
      ["chat", "--scenario", "idle", "--from-prometheus", "http://h", "--range", "1s"],
      "--range must not be shorter than --step",
    ],
    [
      [
        "chat",
        "--scenario",
        "idle",
        "--from-prometheus",
        "http://h",
        "--prometheus.basic-auth-file",
        "/a",
        "--prometheus.bearer-token-file",
        "/b",
      ],
      "exclude each other",
    ],
  ] as const) {
    it(`takes no such call: ${argv.join(" ")}`, async () => {
      const host = fixtureHost("unified-v2");
      const { code, stderr } = await record(host, argv);
      assert.equal(code, 2);
      assert.ok(stderr.includes(sentence), stderr);
      assert.deepEqual(host.made, []);
    });
  }

  it("takes no empty key, and none of two lines", async () => {
    for (const text of ["\n", "a\nb\n"]) {
      const host = fixtureHost("unified-v2");
      host.put("/key", text);
      const { code, stderr } = await record(host, [
        workload,
        "--scenario",
        "idle",
        "--load",
        "openai",
        "--load-token-file",
        "/key",
      ]);
      assert.equal(code, 2);
      assert.match(stderr, /\/key could not be read: it (is empty|holds more than one line)/);
    }
  });
});
