import type { Evaluated } from "./evaluated.ts";

/** By the clock on the wall, and of CPU, which says more where the machine is busy with something else. */
export interface Took {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Everything the bench of compile measured. */
export interface CompileFigures {
  readonly machine: {
    readonly cores: number;
    readonly load: number;
    readonly kernel: string;
    readonly node: string;
    readonly prometheus: string;
  };
  readonly workloads: number;
  readonly compiled: Took & { readonly mebibytes: number };
  readonly tests: { readonly one: Took; readonly many: Took };
  readonly constantsEach: number;
  readonly alertRules: { readonly one: number; readonly many: number };
  readonly compared: { readonly joined: number; readonly inlined: number };
  readonly figures: Evaluated;
  readonly rounds: number;
}

/** The section of bench/RESULTS.md, as Markdown. */
export function compileReport(all: CompileFigures): string {
  const { machine, compiled, tests, alertRules, compared, figures, workloads } = all;
  const joined = figures.constants + figures.joined;
  const share = (100 * joined) / figures.inlined;
  const rows: readonly (readonly [what: string, measured: string, asked: string])[] = [
    [
      `compile ${workloads} profiles`,
      `${took(compiled)}, ${compiled.mebibytes.toFixed(0)} MiB`,
      "5 s, 500 MB",
    ],
    ["constants of each workload", String(all.constantsEach), "10"],
    [
      `alert rules, of 1 workload and of ${workloads}`,
      `${alertRules.one} and ${alertRules.many}`,
      "the same",
    ],
    [
      `all groups, joined: ${compared.joined} rules and all constants`,
      `${milliseconds(joined)} (constants ${milliseconds(figures.constants)})`,
      "",
    ],
    [`all groups, inlined: ${compared.inlined} rules`, milliseconds(figures.inlined), ""],
    ["joined of inlined", `${share.toFixed(0)} %`, "60 %"],
    [
      `tests of one workload, among 1 and among ${workloads}`,
      `${took(tests.one)} and ${took(tests.many)}`,
      "1 s",
    ],
  ];
  return [
    "## A thousand workloads",
    "",
    `${machine.cores} cores with a load of ${machine.load.toFixed(1)} at the end, Linux ${machine.kernel}, Node ${machine.node}, Prometheus ${machine.prometheus}, one target with the series of all`,
    "workloads. The alerts that compare a workload with numbers of its own are evaluated side by side in that one",
    "Prometheus: joined with recorded constants as compile writes them, and with each workload's numbers inlined, one rule",
    `for each of the same rules. Sums of group durations, in the quietest of ${all.rounds} evaluations. Made by \`npm run bench:compile\`.`,
    "",
    "| what | measured | asked at most |",
    "| --- | --- | --- |",
    ...rows.map((row) => `| ${row.join(" | ")} |`),
    "",
  ].join("\n");
}

function milliseconds(seconds: number): string {
  return `${(seconds * 1000).toFixed(0)} ms`;
}

function took({ seconds, cpuSeconds }: Took): string {
  return `${seconds.toFixed(2)} s (CPU ${cpuSeconds.toFixed(2)} s)`;
}
