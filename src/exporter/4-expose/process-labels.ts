import type { LabelOf, MetricKey } from "../../catalog/metrics.ts";
import type { Limit } from "../../model/limit.ts";
import type { MlxProcess } from "../../model/process.ts";
import type { AllocatorReading } from "../../model/reading.ts";
import { writeLabels } from "./text-format.ts";

/** Labels of one family, and how an exposition writes them. */
interface Kept<K extends MetricKey> {
  readonly labels: Readonly<Record<LabelOf<K>, string>>;
  readonly written: string;
}

/** Every set of labels that the series of one process carry. */
export interface ProcessLabels {
  readonly plain: Kept<"processStartTime">;
  readonly user: Kept<"processCpuSeconds">;
  readonly system: Kept<"processCpuSeconds">;
  /** What MLX it runs is told by its reports, the first of which may come late. */
  info(mlx: Pick<AllocatorReading, "mlxVersion" | "backend">): Kept<"processInfo">;
  of(limit: Pick<Limit, "resource" | "source" | "scope">): LimitLabels;
}

interface LimitLabels {
  readonly ofSource: Kept<"processMemoryLimit">;
  readonly ofRatio: Kept<"processHeadroomRatio">;
  readonly ofBinding: Kept<"processLimitBinding">;
}

const known = new WeakMap<MlxProcess, ProcessLabels>();

/**
 * The labels of a process, which stay the same as long as it lives: making and writing them anew for each of its
 * series would be half of what a scrape costs.
 */
export function processLabels(process: MlxProcess): ProcessLabels {
  let labels = known.get(process);
  if (labels === undefined) {
    labels = makeLabels(process);
    known.set(process, labels);
  }
  return labels;
}

function makeLabels(process: MlxProcess): ProcessLabels {
  const p = { workload: process.workload, pid: String(process.pid) };
  const limits = new Map<string, LimitLabels>();
  let info: Kept<"processInfo"> | undefined;
  return {
    plain: kept(p),
    info({ mlxVersion = "", backend = "" }) {
      if (info?.labels.mlx_version !== mlxVersion || info.labels.backend !== backend)
        info = kept({
          ...p,
          runtime: process.runtime,
          role: process.role,
          model: process.model ?? "",
          port: process.port === undefined ? "" : String(process.port),
          user: process.user ?? "",
          unit: process.unit ?? "",
          container: process.container ?? "",
          pod: process.pod ?? "",
          namespace: process.namespace ?? "",
          mlx_version: mlxVersion,
          backend,
        });
      return info;
    },
    user: kept({ ...p, mode: "user" }),
    system: kept({ ...p, mode: "system" }),
    of({ resource, source, scope }) {
      const key = `${resource} ${source} ${scope}`;
      let made = limits.get(key);
      if (made === undefined) {
        made = {
          ofSource: kept({ ...p, source }),
          ofRatio: kept({ ...p, resource, source }),
          ofBinding: kept({ ...p, resource, source, scope }),
        };
        limits.set(key, made);
      }
      return made;
    },
  };
}

function kept<const L extends Readonly<Record<string, string>>>(labels: L) {
  return { labels, written: writeLabels(labels) };
}
