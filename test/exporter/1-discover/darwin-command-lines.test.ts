import { criteriaOf } from "../../../src/exporter/1-discover/criteria.ts";
import assert from "node:assert/strict";
import fc from "fast-check";
import { classify, type Verdict } from "../../../src/exporter/1-discover/classify.ts";
import { readCommandText } from "../../../src/exporter/1-discover/darwin-command-line.ts";
import { createDarwinDiscoverer } from "../../../src/exporter/1-discover/darwin-discover.ts";
import { explainDarwin } from "../../../src/exporter/1-discover/darwin-explain.ts";
import type { CommandLine } from "../../../src/exporter/1-discover/invocation.ts";
import { runtimes } from "../../../src/exporter/1-discover/runtimes.ts";
import type { MlxProcess } from "../../../src/model/process.ts";
import type { WorkloadRule } from "../../../src/model/workload-rule.ts";
import { memoryHost } from "../../support/memory-host.ts";
import { commandLines } from "./command-lines.ts";
import { darwinCommandLines, type Found } from "./darwin-command-lines.ts";
import { kernelOf, noJobs, noKernel, printed, rowOf, shortNameOf, tableOf } from "./darwin-rows.ts";

describe("command lines of macOS", () => {
  for (const line of darwinCommandLines) {
    const process = { pid: 42, ...line };
    const title = printed(line.argv).slice(-100);
    const { exact, text } = line;
    it(`${exact?.runtime ?? "not MLX"}, by exact arguments: ${title}`, async () => {
      assert.deepEqual(await found(process, kernelOf([process]).native), exact);
    });
    it(`${text === undefined ? "the same" : "less"} by the text of ps: ${title}`, async () => {
      assert.deepEqual(
        await found(process, noKernel),
        text === "nothing" ? undefined : (text ?? exact),
      );
    });
  }

  it("number a hundred and more, and each of Linux's gives the text of ps the same or less to say", () => {
    assert.ok(darwinCommandLines.length > 90);
    for (const { argv } of commandLines) assertNoMore(argv, shortNameOf(argv[0] ?? ""));
  });

  it("without a blank in an argument say the same as text and as exact arguments", () => {
    fc.assert(
      fc.property(plainLine, (argv) => {
        assert.deepEqual(summary(textOf(argv, shortNameOf(argv[0] ?? ""))), summary({ argv }));
      }),
      { numRuns: 2000 },
    );
  });

  it("with blanks and JSON in arguments say the same as text or less, and never something else", () => {
    let told = 0;
    fc.assert(
      fc.property(blankLine, (argv) => {
        assertNoMore(argv, shortNameOf(argv[0] ?? ""));
        if (judge(textOf(argv, shortNameOf(argv[0] ?? ""))).kind === "mlx") told++;
      }),
      { numRuns: 5000 },
    );
    assert.ok(told > 300, `only ${told} were told to be MLX`);
  });

  it("of any text at all are read without a fault", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.string({ maxLength: 16 }),
        (command, shortName) => {
          const line = readCommandText({ command, shortName });
          if (line !== undefined) judge(line);
        },
      ),
    );
  });

  it("of a million words are read in no time that grows with their square", () => {
    for (const word of ["{", "--a [", "x", "--model /a b"]) {
      const text = `mlx_lm.server --port 8081 ${`${word} `.repeat(500_000)}`;
      const line = readCommandText({ command: text, shortName: "mlx_lm.server" });
      assert.ok(line !== undefined && (line.clear ?? 0) <= 2048);
    }
  });
});

/** A rule on a flag, and one that would claim what the first leaves. */
const rules: readonly WorkloadRule[] = [
  { name: "chat", match: { flags: { "--port": "8081" } }, expect: "never" },
  { name: "mine", match: { program: "train.py", flags: { "--port": "8082" } }, expect: "never" },
  { name: "any", match: { program: "train.py" }, expect: "never" },
];

function textOf(argv: readonly string[], shortName: string): CommandLine {
  return readCommandText(rowOf({ pid: 1, argv, shortName })) ?? { argv: [] };
}

function judge(line: CommandLine): Verdict {
  return classify(line, {
    platform: "darwin",
    criteria: criteriaOf({ rules }),
    housing: () => ({}),
    owner: () => ({}),
    environmentNames: () => "unsupported",
    variables: () => new Map(),
    mpsMemoryLimit: () => undefined,
  });
}

function summary(line: CommandLine) {
  const verdict = judge(line);
  return verdict.kind === "mlx" ? verdict.identity : verdict.kind;
}

/** Fails when the text says anything that the exact arguments do not. */
function assertNoMore(argv: readonly string[], shortName: string): void {
  const text = judge(textOf(argv, shortName));
  const exact = judge({ argv });
  const context = JSON.stringify({ argv, text, exact });
  if (text.kind === "child") assert.equal(exact.kind, "child", context);
  if (text.kind !== "mlx") return;
  assert.ok(exact.kind === "mlx", context);
  const [less, more] = [text.identity, exact.identity];
  assert.equal(less.runtime, more.runtime, context);
  // A program that only the config knows is said to serve where its port is seen.
  if (less.role !== "job" || less.runtime !== "custom") assert.equal(less.role, more.role, context);
  if (less.model !== undefined) assert.equal(less.model, more.model, context);
  if (less.port !== undefined) assert.equal(less.port, more.port, context);
  // Which rule names it turns on flags that the text may not tell.
  if (text.rule === undefined) {
    assert.ok(less.workload === more.workload || text.lost === true, context);
  } else assert.equal(less.workload, more.workload, context);
}

async function found(
  process: Parameters<typeof rowOf>[0],
  native: typeof noKernel,
): Promise<Found | undefined> {
  const host = memoryHost({}, { platform: "darwin" });
  const discoverer = createDarwinDiscoverer(host, { rules: [] }, native, noJobs);
  const [one] = (await discoverer.discover(tableOf([process]))).processes;
  const [explanation] = await explainDarwin(
    host,
    [],
    tableOf([process]),
    native,
    noJobs,
    process.pid,
  );
  assert.equal(explanation?.matched, one !== undefined, explanation?.reason);
  if (one === undefined) return undefined;
  const { runtime, role, workload, model, port }: MlxProcess = one;
  return {
    runtime,
    role,
    workload,
    ...(model !== undefined && { model }),
    ...(port !== undefined && { port }),
  };
}

const python = fc.constantFrom(
  "python",
  "/usr/bin/python3",
  "/opt/Python.app/Contents/MacOS/Python",
);
/** A program and the subcommand it takes, if any. */
const calls: readonly (readonly [string, ...string[]])[] = [
  ...runtimes.flatMap(({ forms }) =>
    forms.map(({ program, word }): readonly [string, ...string[]] => [
      program.replace("*", "x"),
      ...(word === undefined ? [] : [word]),
    ]),
  ),
  ...["train.py", "grep", "app", "mlx_lm/server.py", "uv"].map((each): [string] => [each]),
];
const call = fc.constantFrom(...calls);
const flags = [
  ...["--model", "-m", "--mod", "--port", "--hf-path", "--model-dir", "--model-path", "--serve"],
  ...["--mlx-engine", "--api-port", "--host", "--temp", "--verbose", "--api-key", "-v"],
];
const proseFlags = ["--prompt", "-p", "--system-prompt", "--text"];
const plainValue = fc.oneof(
  fc.constantFrom("org/Q-4bit", "8081", "8082", "8083", "-1", "/m/x", "0", "sk-secret"),
  fc
    .string({ unit: "grapheme-ascii", minLength: 1 })
    .filter((text) => !/[\s\\^-]|M-|[{[]/.test(text)),
);

/** Who is started: a program, or an interpreter and what it runs. */
const head = fc.oneof(
  call.map(([program, ...word]) => [`/opt/bin/${program}`, ...word]),
  fc
    .tuple(python, call)
    .map(([first, [program, ...word]]) => [first, `/opt/bin/${program}`, ...word]),
  fc.tuple(python, call).map(([first, [program, ...word]]) => [first, "-m", program, ...word]),
);

/** What parsers of flags take: a flag, with a value or without, and few words besides. */
const plainPair = fc.oneof(
  fc.constantFrom(...flags, "--multiprocessing-fork").map((flag) => [flag]),
  fc.tuple(fc.constantFrom(...flags), plainValue).map(([flag, value]) => [flag, value]),
  fc.tuple(fc.constantFrom(...flags), plainValue).map(([flag, value]) => [`${flag}=${value}`]),
);
const plainLine = fc
  .tuple(head, fc.array(plainPair, { maxLength: 6 }))
  .map(([first, rest]) => [...first, ...rest.flat()])
  .filter((argv) => !argv.some((element) => element.includes(" ")));

const phrase = fc
  .array(fc.oneof(plainValue, fc.constantFrom("a", "the", "", "-", "—", "x/y", "/z")), {
    minLength: 2,
    maxLength: 4,
  })
  .map((parts) => parts.join(" "))
  .filter((text) => !text.startsWith("-"));
const prose = fc
  .array(
    fc.oneof(
      plainValue,
      fc.constantFrom("say", "a", "--multiprocessing-fork", ...flags, ...calls.flat()),
    ),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((parts) => parts.join(" "));
const path = fc
  .array(
    fc.constantFrom(
      "Users",
      "My Models",
      "Foo - Bar",
      "Qwen 4bit",
      "x",
      "Application Support",
      "trailing ",
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => `/${parts.join("/")}`);
const json = fc.json().map((text) => JSON.stringify({ a: JSON.parse(text) as unknown }, null, 1));
const blankPair = fc.oneof(
  plainPair,
  fc
    .tuple(fc.constantFrom(...flags), fc.oneof(phrase, path, json))
    .map(([flag, value]) => [flag, value]),
  fc
    .tuple(fc.constantFrom(...flags), fc.oneof(phrase, path, json))
    .map(([flag, value]) => [`${flag}=${value}`]),
  fc.tuple(fc.constantFrom(...proseFlags), prose).map(([flag, value]) => [flag, value]),
  fc.tuple(fc.constantFrom(...proseFlags), prose).map(([flag, value]) => [`${flag}=${value}`]),
);
/** A folder that does not end in a blank: none does. */
const folder = path.map((each) => each.replace(/ +(?=\/|$)/g, ""));
const blankHead = fc.oneof(
  head,
  fc.tuple(folder, call).map(([above, [program, ...word]]) => [`${above}/${program}`, ...word]),
  fc
    .tuple(folder, folder, call)
    .map(([one, other, [program, ...word]]) => [
      `${one}/bin/python3`,
      `${other}/${program}`,
      ...word,
    ]),
  fc.tuple(python, folder).map(([first, above]) => [first, `${above}/run.py`]),
  fc.tuple(python, prose).map(([first, code]) => [first, "-c", code]),
);
/** Words that are no flag's value stop a program that takes flags only, before there is a process to see. */
const flagsOnly = new Set(
  runtimes
    .filter((runtime) => runtime.flagsOnly)
    .flatMap(({ forms }) => forms.map(({ program }) => program)),
);
const stray = phrase.map((each) => [each]);
const blankLine = fc
  .tuple(blankHead, fc.array(fc.oneof(blankPair, stray), { maxLength: 6 }))
  .map(([first, rest]) => {
    const takesNone = first.some(
      (element) =>
        flagsOnly.has(element.split("/").at(-1) ?? "") || element.endsWith("mlx_lm/server.py"),
    );
    const isStray = (part: readonly string[]) => part.length === 1 && /^[^-]/.test(part[0] ?? "");
    return [...first, ...rest.filter((part) => !takesNone || !isStray(part)).flat()];
  });
