import { styleText } from "node:util";
import { gpuMemory } from "../model/gpu-memory.ts";
import type { Limit } from "../model/limit.ts";
import { inUnits } from "../model/in-units.ts";
import { memoryUsed } from "../model/memory-used.ts";
import { valueOf } from "../model/figure.ts";
import { tightestOf, urgencyOf, worstFirst } from "../model/urgency.ts";
import type { ProcessView } from "../model/view.ts";

const unknown = "?";

interface Column {
  readonly title: string;
  readonly right?: true;
  cell(view: ProcessView): string;
}

const everyday: readonly Column[] = [
  { title: "WORKLOAD", cell: ({ process }) => process.workload },
  { title: "PID", right: true, cell: ({ process }) => String(process.pid) },
  { title: "ROLE", cell: ({ process }) => process.role },
  {
    title: "PORT",
    right: true,
    cell: ({ process }) => (process.port === undefined ? "" : String(process.port)),
  },
  { title: "USER", cell: ({ process }) => process.user ?? unknown },
  {
    title: "MEMORY",
    right: true,
    cell: ({ reading }) => {
      const used = memoryUsed(reading.usage);
      return "value" in used ? inUnits("memory", used.value) : unknown;
    },
  },
  { title: "MEMORY HEADROOM", cell: (view) => headroom(view, "memory") },
  { title: "CPU HEADROOM", cell: (view) => headroom(view, "cpu") },
  { title: "FDS LEFT", right: true, cell: (view) => left(view, "open_fds") },
  { title: "THREADS LEFT", right: true, cell: (view) => left(view, "threads") },
];

/** Where no limit's scope names it. */
const ofMacs: readonly Column[] = [{ title: "UNIT", cell: ({ process }) => process.unit ?? "" }];

/** Where an engine or a cluster was asked, or the kernel told of a container. */
const ofContainers: Column = {
  title: "CONTAINER",
  cell: ({ process }) => process.container ?? "",
};
const ofPods: Column = {
  title: "POD",
  cell: ({ process: { pod, namespace = "" } }) => (pod === undefined ? "" : `${namespace}/${pod}`),
};

/** Where there is a GPU that can be asked. */
const ofGpus: readonly Column[] = [
  {
    title: "GPU MEMORY",
    right: true,
    cell: ({ reading: { gpu } }) => {
      const bytes = gpu === undefined ? undefined : valueOf(gpuMemory(gpu));
      return bytes === undefined ? unknown : inUnits("gpu_memory", bytes);
    },
  },
  { title: "GPU MEMORY HEADROOM", cell: (view) => headroom(view, "gpu_memory") },
];

/**
 * What `ps` prints: one line a process, with what is left under the limit that binds, the process that is worst off
 * first. Colour marks what runs low.
 */
export function processesTable(processes: readonly ProcessView[], colour: boolean): string {
  const sorted = worstFirst(processes);
  const hasGpus = sorted.some(({ reading }) => reading.gpu !== undefined);
  const hasJobs = sorted.some(
    ({ process, reading }) => reading.usage.darwin !== undefined && process.unit !== undefined,
  );
  const columns = [
    ...everyday,
    ...(hasJobs ? ofMacs : []),
    ...(hasGpus ? ofGpus : []),
    ...(sorted.some(({ process }) => process.pod !== undefined) ? [ofPods] : []),
    ...(sorted.some(({ process }) => process.container !== undefined) ? [ofContainers] : []),
  ];
  const rows = sorted.map((view) => columns.map((column) => column.cell(view)));
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) =>
        columns[index]?.right ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
      )
      .join("  ")
      .trimEnd();
  const body = rows.map((row, index) => {
    const urgency = urgencyOf(tightestOf(sorted[index]?.limits ?? []));
    if (!colour || (urgency !== "critical" && urgency !== "low")) return line(row);
    const style = urgency === "critical" ? "red" : "yellow";
    return styleText(style, line(row), { validateStream: false });
  });
  return `${[line(columns.map((column) => column.title)), ...body].join("\n")}\n`;
}

function binding(view: ProcessView, resource: Limit["resource"]): Limit | undefined {
  return view.limits.find((limit) => limit.binding && limit.resource === resource);
}

/** `3.1 GiB of 4.0 GiB (cgroup /mlx)`; the scope says which level of the tree binds. */
function headroom(view: ProcessView, resource: Limit["resource"]): string {
  const limit = binding(view, resource);
  if (limit?.headroom === undefined) return unknown;
  const where = limit.scope === limit.source ? limit.source : `${limit.source} ${limit.scope}`;
  return `${inUnits(resource, limit.headroom)} of ${inUnits(resource, limit.limit)} (${where})`;
}

function left(view: ProcessView, resource: Limit["resource"]): string {
  const limit = binding(view, resource);
  return limit?.headroom === undefined ? unknown : inUnits(resource, limit.headroom);
}
