import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { AlertName } from "../src/catalog/alerts.ts";
import { constants } from "../src/catalog/alerts.ts";
import { metrics } from "../src/catalog/metrics.ts";
import { defaultThresholds, judgedResources } from "../src/model/policy.ts";

/** The alerts that compare a workload with numbers of its own, in every evaluation. */
export const compared: readonly AlertName[] = [
  "MlxHeadroomLow",
  "MlxUsageAboveBaseline",
  "MlxLimitBelowBaseline",
  "MlxLimitFarAboveBaseline",
];

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}
interface File {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
}

/** The two ways to say the same: rule files as JSON, which is YAML. */
export interface Sides {
  /** The compiled rules of these alerts, alone; they join with the compiled constants. */
  readonly joined: string;
  /** The same alerts for each workload by itself, its numbers written into them. */
  readonly inlined: string;
  readonly joinedRules: number;
  readonly inlinedRules: number;
  /** How many constants a workload has. */
  readonly constantsEach: number;
}

/** Reads a compiled folder of rules. As many rules for each workload as the compiled alerts have, not one a resource. */
export function sides(folder: string): Sides {
  const read = (...path: string[]) => parse(readFileSync(join(folder, ...path), "utf8")) as File;
  const alerts = read("mlx-alerts.yml")
    .groups.flatMap(({ rules }) => rules)
    .filter(({ alert }) => compared.some((name) => name === alert));
  const baselines = readdirSync(join(folder, "mlx-baselines")).flatMap(
    (name) => read("mlx-baselines", name).groups,
  );
  const groups = baselines.map(({ name, rules }) => ({
    name: `inlined-${name}`,
    rules: inlinedRules(rules, alerts),
  }));
  return {
    joined: JSON.stringify({ groups: [{ name: "joined", rules: alerts }] }),
    inlined: JSON.stringify({ groups }),
    joinedRules: alerts.length,
    inlinedRules: groups.flatMap(({ rules }) => rules).length,
    constantsEach: Math.max(...baselines.map(({ rules }) => rules.length)),
  };
}

/** What it is where nothing else is looked up: a template says that last. */
function severityOf({ labels }: Rule): string {
  const severity = labels?.["severity"] ?? "";
  return /\}\}(\w+)\{\{ end \}\}$/.exec(severity)?.[1] ?? severity;
}

function inlinedRules(own: readonly Rule[], alerts: readonly Rule[]): readonly Rule[] {
  const workload = own[0]?.labels?.["workload"] ?? "";
  const number = (record: string, resource: string, severity?: string): number | undefined => {
    const rule = own.find(
      (each) =>
        each.record === record &&
        each.labels?.["resource"] === resource &&
        each.labels["severity"] === severity,
    );
    return rule === undefined ? undefined : Number(/vector\((.+)\)/.exec(rule.expr)?.[1]);
  };
  const of = (metric: string, more = "") => `${metric}{workload="${workload}"${more}}`;
  const peak = number(constants.baselinePeak, "memory") ?? NaN;
  const limit = of(metrics.workloadMemoryLimit.name);
  const usage = (resource: string) => number(constants.usageThreshold, resource) ?? NaN;
  const exprs: Readonly<Record<string, string>> = {
    "MlxHeadroomLow warning": headroom("warning"),
    "MlxHeadroomLow critical": headroom("critical"),
    "MlxUsageAboveBaseline warning": `${of(metrics.workloadMemoryUsedMax.name)} > ${usage("memory")} or ${of(metrics.workloadGpuMemoryMax.name)} > ${usage("gpu_memory")}`,
    "MlxUsageAboveBaseline info": `rate(${of(metrics.workloadCpuSeconds.name)}[5m]) / (max_over_time(${of(metrics.workloadProcesses.name)}[5m]) > 0) > ${usage("cpu")}`,
    "MlxLimitBelowBaseline warning": `${limit} < ${peak}`,
    "MlxLimitFarAboveBaseline info": `${limit} > ${2 * peak} and (${limit} - ${peak}) > on (job, instance) group_left () 0.1 * max by (job, instance) (${metrics.hostMemoryTotal.name}) and on (job, instance, workload) ${of(metrics.workloadLimitBinding.name, ',resource="memory",source!~"host|wired"')}`,
  };
  return alerts.map((rule) => {
    const key = `${rule.alert ?? ""} ${severityOf(rule)}`;
    const expr = exprs[key];
    if (expr === undefined) throw new Error(`${key} is not inlined`);
    return { ...rule, expr };
  });

  function headroom(severity: "warning" | "critical"): string {
    return judgedResources
      .map((resource) => {
        const threshold =
          number(constants.headroomThreshold, resource, severity) ??
          defaultThresholds[resource][severity];
        return `${of(metrics.workloadHeadroomRatio.name, `,resource="${resource}"`)} < ${threshold}`;
      })
      .join(" or ");
  }
}
