import { z } from "zod";
import type { Exchange } from "../../model/exchange.ts";

const point = z.tuple([z.number(), z.string()]);
const series = z.object({
  metric: z.record(z.string(), z.string()),
  values: z.array(point).optional(),
  value: point.optional(),
});
const answerSchema = z.object({
  status: z.enum(["success", "error"]),
  error: z.string().optional(),
  warnings: z.array(z.string()).optional(),
  data: z.object({ result: z.array(series) }).optional(),
});

/** One series: its labels, and its values by Unix seconds. What is no number is no value. */
export interface HistorySeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: ReadonlyMap<number, number>;
}

/** What a Prometheus said, or a phrase about why it said nothing. */
export type PrometheusAnswer =
  | {
      readonly kind: "series";
      readonly series: readonly HistorySeries[];
      readonly warnings: readonly string[];
    }
  | { readonly kind: "failed"; readonly detail: string };

const longestText = 200;

/** Reads what came of a query. Texts of the server are cut, and what could move a terminal's cursor is taken out. */
export function prometheusAnswer(answer: Exchange): PrometheusAnswer {
  switch (answer.kind) {
    case "timeout":
      return failed("it gave no whole answer in time; a larger --step asks for less");
    case "too_large":
      return failed("its answer is too large; a larger --step asks for less");
    case "cancelled":
      return failed("it was interrupted");
    case "failed":
      return failed(`it could not be reached (${answer.code})`);
    case "answered":
      return read(answer.status, answer.body.toString("utf8"));
  }
}

function read(status: number, text: string): PrometheusAnswer {
  const parsed = answerSchema.safeParse(parse(text));
  const said = parsed.data?.error;
  if (status !== 200)
    return failed(
      `it answered with status ${status}${said === undefined ? "" : `: ${plain(said)}`}`,
    );
  if (!parsed.success) return failed("its answer is not that of a Prometheus");
  if (parsed.data.status === "error") return failed(plain(said ?? "it reports an error"));
  return {
    kind: "series",
    series: (parsed.data.data?.result ?? []).map(({ metric, values, value }) => ({
      labels: metric,
      values: new Map(
        (values ?? (value ? [value] : [])).flatMap(([time, amount]) => {
          const number = Number(amount);
          return Number.isFinite(number) ? [[time, number] as const] : [];
        }),
      ),
    })),
    warnings: (parsed.data.warnings ?? []).map(plain),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failed(detail: string): PrometheusAnswer {
  return { kind: "failed", detail };
}

function plain(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]+/g, " ").slice(0, longestText);
}
