import type { PanelQuery, Variables } from "./panel-queries.ts";
import { substituted } from "./panel-queries.ts";
import { readLabelValues, readQuery, readRange, type Series, type Span } from "./prometheus-api.ts";

/** What Prometheus said to one query of a dashboard. */
export interface PanelAnswer {
  readonly query: PanelQuery;
  /** What was asked, with values for variables. */
  readonly asked: string;
  readonly series: readonly Series[];
  /** Why it refused, in its words. */
  readonly refused?: string;
}

/** A query that returns nothing, by its name, and why that is right. */
export type ExpectedEmpty = Readonly<Record<string, string>>;

/** Asks one query as Grafana would. A refusal is an answer, too. */
export async function ask(
  url: string,
  query: PanelQuery,
  variables: Variables,
  span: Span,
): Promise<PanelAnswer> {
  const asked = substituted(query.expression, variables);
  try {
    return { query, asked, series: await seriesOf(url, query, asked, span) };
  } catch (error) {
    return { query, asked, series: [], refused: String(error) };
  }
}

async function seriesOf(
  url: string,
  { how, label = "" }: PanelQuery,
  asked: string,
  span: Span,
): Promise<readonly Series[]> {
  switch (how) {
    case "range":
      return readRange(url, asked, span);
    case "instant": {
      const samples = await readQuery(url, asked, span.end);
      return samples.map(({ labels, value }) => ({ labels, points: [[span.end, value]] }));
    }
    case "label values": {
      const values = await readLabelValues(url, label, asked, span);
      return values.map((value) => ({ labels: { [label]: value }, points: [[span.end, 1]] }));
    }
  }
}

/** Whether there is anything to be seen: a series with a value that is a number. */
export function hasData({ series }: PanelAnswer): boolean {
  return series.some(({ points }) => points.some(([, value]) => !Number.isNaN(value)));
}

/** What is wrong with the answers, one sentence each: refused, empty without a reason, or listed as empty and not. */
export function problemsOf(
  answers: readonly PanelAnswer[],
  expectedEmpty: ExpectedEmpty,
): readonly string[] {
  const names = new Set(answers.map(({ query }) => query.name));
  const unknown = Object.keys(expectedEmpty).filter((name) => !names.has(name));
  return [
    ...answers.flatMap((answer) => {
      const { query, asked, refused } = answer;
      const listed = expectedEmpty[query.name] !== undefined;
      if (refused !== undefined) return `${query.name} is refused: ${refused}\n  ${asked}`;
      if (!hasData(answer) && !listed) return `${query.name} returns nothing.\n  ${asked}`;
      if (hasData(answer) && listed) return `${query.name} is listed as empty and returns data.`;
      return [];
    }),
    ...unknown.map((name) => `${name} is listed as empty, and no dashboard asks it.`),
  ];
}
