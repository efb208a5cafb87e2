import type { CollectorName } from "../catalog/collectors.ts";
import type { LabelNames } from "../model/container.ts";
import type { EngineNews } from "../model/engine-news.ts";
import type { Roots } from "../model/host.ts";
import type { Incident } from "../model/incident.ts";
import type { KubernetesNews, KubernetesOptions } from "../model/kubernetes.ts";
import type { NvmlAnswer } from "../model/nvml.ts";
import type { WorkloadRule } from "../model/workload-rule.ts";

export interface ExporterOptions {
  readonly roots: Roots;
  readonly rules: readonly WorkloadRule[];
  /** By which labels of containers and pods they say themselves what they are; the usual ones when absent. */
  readonly labelNames?: LabelNames;
  readonly maxProcesses: number;
  readonly maxWorkloads: number;
  /** At most this many new processes an hour get series with their pid. */
  readonly maxNewPids?: number;
  /** What is read; those that run by default when absent. */
  readonly collectors?: ReadonlySet<CollectorName>;
  /** Hears, once for each kind, that something is left out. */
  readonly onDropped?: (kind: string, count: number) => void;
  /** Where processes report of their allocators; where the reporter writes by itself when absent. */
  readonly reportFolders?: readonly string[];
  /** Hears of limits that were reached and of processes that ended, as they are noticed. */
  readonly onIncident?: (incident: Incident) => void;
  /** How long what macOS's commands printed serves everybody who looks; 2 seconds when absent. */
  readonly freshSeconds?: number;
  /** NVIDIA's management library, if not the one that the linker finds. */
  readonly nvidiaLibrary?: string;
  /** How long a look waits for it. */
  readonly nvidiaPatienceSeconds?: number;
  /** Hears when what comes of asking it changes. */
  readonly onNvidia?: (answer: NvmlAnswer) => void;
  /** Where container engines listen; the usual places when absent. */
  readonly engineSockets?: readonly string[];
  /** Hears when one answers or does not any more, and how containers ended. */
  readonly onEngine?: (news: EngineNews) => void;
  /** Whom the collector `kubernetes` asks. */
  readonly kubernetes?: KubernetesOptions;
  /** Hears when what comes of asking it changes, and why containers ended. */
  readonly onKubernetes?: (news: KubernetesNews) => void;
}
