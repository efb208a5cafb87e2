import type { RecordedProcess, RecordingLine } from "../../model/recording.ts";
import type { HistoryKey } from "./history-queries.ts";
import type { RecordedFigure } from "./process-figures.ts";
import type { HistorySeries } from "./prometheus-answer.ts";

/** What one query gave for a stretch. */
export interface HistoryAnswer {
  readonly key: HistoryKey;
  readonly series: readonly HistorySeries[];
}

type Values = HistorySeries["values"];
type RecordedLimit = Extract<RecordingLine, { kind: "limits" }>["limits"][number];

/** The answers, laid out so that a moment of a process is found without searching. */
export interface HistoryIndex {
  readonly there: Values;
  readonly available: Values;
  readonly starts: ReadonlyMap<number, Values>;
  readonly infos: readonly {
    readonly pid: number;
    readonly role: RecordedProcess["role"];
    readonly values: Values;
  }[];
  readonly figures: readonly {
    readonly figure: RecordedFigure;
    readonly byPid: ReadonlyMap<number, Values>;
  }[];
  readonly events: readonly { readonly name: string; readonly values: Values }[];
  readonly limits: readonly (Omit<RecordedLimit, "limit"> & { readonly values: Values })[];
}

const nothing: Values = new Map();
const roles: readonly string[] = ["server", "worker", "rank", "job"];
/** Sources that slow down or warn, and never refuse. */
const soft: ReadonlySet<string> = new Set(["cgroup_high", "mlx", "rlimit_nproc"]);

export function indexOf(answers: readonly HistoryAnswer[]): HistoryIndex {
  const of = <const K extends HistoryKey["of"]>(kind: K) =>
    answers.flatMap(({ key, series }) =>
      key.of === kind ? [{ key: key as Extract<HistoryKey, { of: K }>, series }] : [],
    );
  const first = (kind: "there" | "available") => of(kind)[0]?.series[0]?.values ?? nothing;
  return {
    there: first("there"),
    available: first("available"),
    starts: byPid(of("start")[0]?.series ?? []),
    infos: (of("info")[0]?.series ?? []).flatMap(({ labels, values }) => {
      const [pid, role] = [pidOf(labels), labels["role"] ?? ""];
      if (pid === undefined || !roles.includes(role)) return [];
      return [{ pid, role: role as RecordedProcess["role"], values }];
    }),
    figures: of("figure").map(({ key, series }) => ({
      figure: key.figure,
      byPid: byPid(series),
    })),
    events: of("event").flatMap(({ key, series }) =>
      series.map(({ labels, values }) => ({
        name: key.event ?? `${key.prefix ?? ""}${labels["event"] ?? ""}`,
        values,
      })),
    ),
    limits: of("limit").flatMap(({ key: { resource }, series }) =>
      series.flatMap(({ labels, values }) => {
        const [pid, source] = [pidOf(labels), labels["source"] ?? ""];
        const hard = !soft.has(source) && !(resource === "swap" && source === "host");
        // Which level it stands at is in no series, but for the one that binds.
        const scope = source === "host" ? "host" : "";
        return pid === undefined ? [] : [{ pid, resource, source, scope, hard, values }];
      }),
    ),
  };
}

function byPid(series: readonly HistorySeries[]): ReadonlyMap<number, Values> {
  return new Map(
    series.flatMap(({ labels, values }) => {
      const pid = pidOf(labels);
      return pid === undefined ? [] : [[pid, values] as const];
    }),
  );
}

function pidOf(labels: Readonly<Record<string, string>>): number | undefined {
  const text = labels["pid"] ?? "";
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
}
