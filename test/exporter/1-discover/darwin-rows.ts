import type {
  DarwinNative,
  JobList,
  LaunchdJobs,
  ProcessTable,
  PsRow,
} from "../../../src/model/darwin.ts";
import type { Reason } from "../../../src/model/figure.ts";

/** A process of a Mac as a test describes it; what is not said is as ordinary as possible. */
export interface DescribedRow {
  readonly pid: number;
  readonly parent?: number;
  readonly argv: readonly string[];
  readonly uid?: number;
  /** By default the end of argv[0]. */
  readonly shortName?: string;
  /** By default 1000 and the pid, so that a higher pid is a younger process. */
  readonly start?: number;
  /** What ps prints, where it is not argv. */
  readonly command?: string;
  readonly zombie?: boolean;
}

export function rowOf(process: DescribedRow): PsRow {
  const { pid, argv } = process;
  return {
    pid,
    parentPid: process.parent ?? 1,
    uid: process.uid ?? 501,
    residentBytes: 13_958_144,
    cpuUserSeconds: 1,
    cpuSystemSeconds: 1,
    startTime: process.start ?? 1000 + pid,
    shortName: process.shortName ?? shortNameOf(argv[0] ?? ""),
    command: process.command ?? printed(argv),
    zombie: process.zombie ?? false,
  };
}

export function tableOf(processes: readonly DescribedRow[]): ProcessTable {
  return { kind: "listed", rows: processes.map(rowOf) };
}

/** The kernel's name of a program that was started by this path: its last component, at most 16 bytes. */
export function shortNameOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return Buffer.from(name).subarray(0, 16).toString("utf8").replace("\uFFFD", "");
}

/** Arguments as ps prints them: joined, and encoded as vis(3) does with VIS_TAB, VIS_NL and VIS_NOSLASH. */
export function printed(argv: readonly string[]): string {
  return [...Buffer.from(argv.join(" "))].map(encoded).join("");
}

function encoded(byte: number): string {
  const low = byte & 0x7f;
  if (byte === 0x09 || byte === 0x0a || byte === 0xa0)
    return `\\${byte.toString(8).padStart(3, "0")}`;
  const meta = byte > 0x7f ? "M" : "";
  if (low === 0x7f) return `${meta}^?`;
  if (low < 0x20) return `${meta}^${String.fromCharCode(low + 0x40)}`;
  return meta === "" ? String.fromCharCode(low) : `M-${String.fromCharCode(low)}`;
}

/** Answers with the exact arguments of these processes, and remembers who was asked about. */
export function kernelOf(processes: readonly DescribedRow[]) {
  const asked: number[][] = [];
  const answers = new Map<number, readonly string[] | { readonly missing: Reason }>(
    processes.map(({ pid, argv }) => [pid, argv]),
  );
  const native: Pick<DarwinNative, "commandLines"> = {
    commandLines(pids) {
      asked.push([...pids]);
      const value = new Map(
        pids.flatMap((pid) => {
          const answer = answers.get(pid);
          return answer === undefined ? [] : [[pid, answer] as const];
        }),
      );
      return Promise.resolve({ kind: "answered", value });
    },
  };
  return { native, asked, answers };
}

/** What is there without koffi. */
export const noKernel: Pick<DarwinNative, "commandLines"> = {
  commandLines: () => Promise.resolve({ kind: "off", why: "no_koffi", detail: "it is not there" }),
};

/** Answers with these jobs, and remembers since when each list was wanted. */
export function launchdOf(labels: Readonly<Record<number, string>>) {
  const asked: number[] = [];
  let list: JobList | Promise<JobList> = {
    value: Object.entries(labels).map(([pid, label]) => ({ pid: Number(pid), label })),
  };
  const launchd: LaunchdJobs = {
    list(since) {
      asked.push(since);
      return Promise.resolve(list);
    },
  };
  const answer = (next: JobList | Promise<JobList>) => {
    list = next;
  };
  return { launchd, asked, answer };
}

/** Where launchd runs nothing. */
export const noJobs: LaunchdJobs = launchdOf({}).launchd;
