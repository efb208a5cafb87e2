import type { Plan, TestFile } from "../../model/plan.ts";
import { emitAlerts, emitConstants, emitHistory } from "./prometheus-rules.ts";

/** One file of rules, whoever evaluates them: its name, which is unique without its folder, and what stands in it. */
export interface RuleFile {
  readonly name: string;
  /** Of a workload's baselines: what names the workload. */
  readonly slug?: string;
  readonly about: readonly string[];
  readonly groups: readonly unknown[];
}

export const ruleFileNames = {
  thresholds: "mlx-recording",
  policy: "mlx-policy",
  alerts: "mlx-alerts",
  history: "mlx-history",
} as const satisfies Record<TestFile["rules"][number], string>;

/** Every rule of the plan, in files: constants first, one file for each baseline, and then what reads them. */
export function ruleFiles(plan: Plan): readonly RuleFile[] {
  return [
    {
      name: ruleFileNames.thresholds,
      about: [
        "Default thresholds as series: alerts and dashboards join with them. A workload with a profile has its own.",
      ],
      groups: emitConstants([plan.thresholds]),
    },
    ...(plan.policy === undefined
      ? []
      : [
          {
            name: ruleFileNames.policy,
            about: [
              "What the policy decides for single workloads, as series: alerts and their labels look it up.",
            ],
            groups: emitConstants([plan.policy]),
          },
        ]),
    ...plan.baselines.map((baselines) => ({
      name: baselines.name,
      slug: baselines.slug,
      about: baselines.about,
      groups: emitConstants([baselines]),
    })),
    {
      name: ruleFileNames.alerts,
      about: [
        "Alerts for every workload. Thresholds are not here but in mlx-recording.yml and mlx-baselines/.",
      ],
      groups: emitAlerts(plan.alerts),
    },
    {
      name: ruleFileNames.history,
      about: ["Peaks of every workload, where they lead, and how much more there is room for."],
      groups: emitHistory(plan.history),
    },
  ];
}
