import assert from "node:assert/strict";
import { explainDarwin } from "../../../src/exporter/1-discover/darwin-explain.ts";
import type { JobList } from "../../../src/model/darwin.ts";
import type { WorkloadRule } from "../../../src/model/workload-rule.ts";
import { memoryHost } from "../../support/memory-host.ts";
import { darwinCommandLines } from "./darwin-command-lines.ts";
import {
  type DescribedRow,
  kernelOf,
  launchdOf,
  noJobs,
  noKernel,
  tableOf,
} from "./darwin-rows.ts";

describe("an explanation on macOS", () => {
  it("lists what matches and what nearly does, sorted by pid, and nothing else", async () => {
    const explanations = await explain([
      { pid: 90, argv: ["bash"] },
      { pid: 40, argv: ["python3", "-m", "mlx_lm.server"] },
      { pid: 41, parent: 40, argv: ["VLLM::EngineCore"] },
      { pid: 30, argv: ["ollama", "serve"] },
      { pid: 70, argv: ["grep", "mlx_lm"] },
    ]);
    assert.deepEqual(explanations, [
      "30 argv[0] is ollama, but ollama runs MLX only as 'runner' with --mlx-engine",
      "40 argv[2] names the module mlx_lm.server",
      "41 a retitled vLLM child of the MLX process 40",
      "70 argv names mlx_lm only as an argument of grep, as far as ps tells, which does not say where arguments end",
    ]);
  });

  it("is there for any process that is asked for, and empty for one that does not exist", async () => {
    const processes = [
      { pid: 5, argv: ["bash"] },
      { pid: 6, parent: 5, argv: ["mlx_lm.server"] },
      { pid: 7, argv: ["mlx_lm.server"], zombie: true, command: "<defunct>" },
      { pid: 8, argv: ["bash"], command: "(bash)" },
      { pid: 9, argv: ["sleep", "9"] },
      { pid: 10, argv: ["bash"], command: "<defunct>" },
    ];
    const reasons: string[] = [];
    for (const { pid } of processes) reasons.push(...(await explain(processes, noKernel, pid)));
    assert.deepEqual(reasons, [
      "5 an ancestor of the exporter itself",
      "6 this is the exporter itself",
      "7 kernel thread or zombie: no command line",
      "8 its command line could not be read",
      "9 no element of the command line names an MLX program",
      "10 its command line could not be read",
    ]);
    assert.deepEqual(await explain(processes, noKernel, 99), []);
    const host = memoryHost({}, { platform: "darwin" });
    const table = { kind: "unlisted", reason: "error", detail: "x" } as const;
    assert.deepEqual(await explainDarwin(host, [], table, noKernel, noJobs), []);
  });

  // prettier-ignore
  const lost: readonly (readonly [readonly string[], string, string])[] = [
    [
      ["mlx_lm.server", "--chat-template", "a b", "--model", "org/Q"],
      "7 argv[0] is the program mlx_lm.server; ps does not tell where its arguments end, so more may be true of it than is said here",
      "7 argv[0] is the program mlx_lm.server",
    ],
    [
      ["mlx-serve", "--system", "a b", "--serve"],
      "7 argv[0] is mlx-serve, but ps does not tell where its arguments end, and by that it would be MLX or not",
      "7 argv[0] is the program mlx-serve with --serve",
    ],
    [
      ["Python", "/a b/mlx_lm/server.py"],
      "7 argv names mlx_lm.server only as an argument of another program, as far as ps tells, which does not say where arguments end",
      "7 argv[1] is a file of the module mlx_lm.server",
    ],
  ];
  for (const [argv, text, exact] of lost) {
    it(`says that the ends of arguments are lost where that decides: ${argv.join(" ")}`, async () => {
      const processes = [{ pid: 7, argv }];
      assert.deepEqual(await explain(processes, noKernel, 7), [text]);
      assert.deepEqual(await explain(processes, kernelOf(processes).native, 7), [exact]);
    });
  }

  it("says so where a rule turns on an argument that cannot be told", async () => {
    const argv = ["mlx_lm.server", "--chat-template", "a b", "--log-level", "x"];
    const host = memoryHost({}, { platform: "darwin" });
    const match = { flags: { "--log-level": "x" } };
    const rules = [{ name: "chat", match, expect: "never" }] as const;
    const [one] = await explainDarwin(host, rules, tableOf([{ pid: 7, argv }]), noKernel, noJobs);
    assert.equal(one?.workload, "mlx_lm.server");
    assert.match(one.reason, /ps does not tell where its arguments end/);
  });

  const chat: JobList = { value: [{ pid: 7, label: "local.chat" }] };
  const places: readonly (readonly [string, WorkloadRule["match"], string])[] = [
    [
      "a container",
      { container: { name: ["chat"] } },
      "the config's rule room asks for a container or a pod, and macOS has neither",
    ],
    [
      "a pod",
      { runtime: "mlx_lm.server", pod: { namespace: ["ml"] }, unit: ["*"] },
      "the config's rule room asks for a container or a pod, and macOS has neither",
    ],
    [
      "another job",
      { unit: ["local.room"] },
      "the config's rule room asks for a unit, and the process is in launchd's job local.chat",
    ],
  ];
  for (const [what, match, says] of places) {
    it(`says of a rule that asks for ${what} that it does not hold`, async () => {
      const rules: readonly WorkloadRule[] = [
        { name: "room", match, expect: "never" },
        { name: "any", match: { runtime: "mlx_lm.server" }, expect: "never" },
      ];
      const why = await explainBy(rules, chat, ["mlx_lm.server"]);
      assert.deepEqual(why, [
        `any: argv[0] is the program mlx_lm.server; the config's rule any names the workload; ${says}`,
      ]);
    });
  }

  const jobs: readonly (readonly [string, JobList, string])[] = [
    ["none", { value: [] }, "the process is in no job that 'launchctl list' shows to this user"],
    [
      "a session",
      { value: [{ pid: 7, label: "application.com.apple.Terminal.1.2" }] },
      "the process was started from an app or over ssh, which is none",
    ],
    ["nobody knows which", { missing: "error", detail: "" }, "'launchctl list' told nothing"],
  ];
  for (const [what, list, says] of jobs) {
    it(`says so of a program that is in no unit, but in ${what}, although nothing else names it`, async () => {
      const match = { program: "train.py", unit: ["*"] };
      const rules: readonly WorkloadRule[] = [{ name: "room", match, expect: "never" }];
      const why = await explainBy(rules, list, ["python3", "train.py"]);
      assert.deepEqual(why, [
        `undefined: no element of the command line names an MLX program; the config's rule room asks for a unit, and ${says}`,
      ]);
    });
  }

  it("says nothing of rules that hold, that come later, or that ask for more besides", async () => {
    const rules: readonly WorkloadRule[] = [
      { name: "other", match: { user: "eve", container: { name: ["*"] } }, expect: "never" },
      { name: "mine", match: { unit: ["local.*"] }, expect: "never" },
      { name: "later", match: { container: { name: ["*"] } }, expect: "never" },
    ];
    assert.deepEqual(await explainBy(rules, chat, ["mlx_lm.server"]), [
      "mine: argv[0] is the program mlx_lm.server; the config's rule mine names the workload",
    ]);
  });

  it("never shows what only the command line knows", async () => {
    const secret = "sk-4f1ff1ec";
    for (const line of darwinCommandLines) {
      const argv = [
        ...line.argv,
        "--api-key",
        secret,
        `/tmp/${secret} x/mlx_lm.server`,
        `x;${secret}`,
      ];
      const [reason] = await explain([{ ...line, pid: 7, argv }], noKernel, 7);
      assert.ok(reason?.includes(secret) === false, reason);
    }
  });
});

/** What is said of all that comes near, where this one process runs. */
async function explainBy(rules: readonly WorkloadRule[], list: JobList, argv: readonly string[]) {
  const host = memoryHost({}, { platform: "darwin" });
  const told = launchdOf({});
  told.answer(list);
  const table = tableOf([{ pid: 7, argv }]);
  const explanations = await explainDarwin(host, rules, table, noKernel, told.launchd);
  return explanations.map(({ workload, reason }) => `${String(workload)}: ${reason}`);
}

async function explain(processes: readonly DescribedRow[], native = noKernel, pid?: number) {
  const host = memoryHost({}, { platform: "darwin", pid: 6 });
  const explanations = await explainDarwin(host, [], tableOf(processes), native, noJobs, pid);
  return explanations.map((one) => `${one.pid} ${one.reason}`);
}
