import type { DashboardFile, PanelFile } from "./dashboards.ts";
import { ask, hasData } from "./panel-answers.ts";
import { substituted, type Variables } from "./panel-queries.ts";
import { colourOf, legendOf, type Found } from "./picture-fields.ts";
import type { Mark } from "./picture-page.ts";
import type { Span } from "./prometheus-api.ts";

/** Asks every panel of a dashboard, and keeps what each found; an answer that is refused throws. */
export async function foundBy(
  url: string,
  { panels, uid }: DashboardFile,
  variables: Variables,
  span: Span,
): Promise<ReadonlyMap<PanelFile, readonly Found[]>> {
  const found = new Map<PanelFile, readonly Found[]>();
  for (const panel of panels) {
    const answers = (panel.targets ?? []).map(async ({ refId, expr, instant, legendFormat }) => {
      const how = instant ? "instant" : "range";
      const query = { name: panel.title, dashboard: uid, how, expression: expr } as const;
      const answer = await ask(url, query, variables, span);
      if (answer.refused !== undefined) throw new Error(`${panel.title}: ${answer.refused}`);
      if (!hasData(answer)) return [];
      return answer.series.map((series): Found => {
        const labels = withoutFolders(series.labels);
        const legend = legendOf(substituted(legendFormat ?? "", variables), labels);
        return { refId, legend, series: { ...series, labels } };
      });
    });
    found.set(panel, (await Promise.all(answers)).flat());
  }
  return found;
}

/** A picture names no folder of the machine that it was drawn on. */
function withoutFolders(
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { model } = labels;
  if (model?.startsWith("/") !== true) return labels;
  return { ...labels, model: model.slice(model.lastIndexOf("/") + 1) };
}

/** When each annotation began to hold. */
export async function marksOf(
  url: string,
  { annotations, uid }: DashboardFile,
  variables: Variables,
  span: Span,
): Promise<readonly Mark[]> {
  const marks = annotations.list.map(async ({ name, expr, iconColor }): Promise<Mark> => {
    const query = { name, dashboard: uid, how: "range", expression: expr ?? "" } as const;
    const { series } = await ask(url, query, variables, span);
    const begins = series.flatMap(({ points }) =>
      points
        .map(([time]) => time)
        .filter((time, index, times) => time - (times[index - 1] ?? -Infinity) > span.step * 1.5),
    );
    const times = [...new Set(begins)].filter((time) => time > span.start);
    return { name, colour: colourOf(iconColor ?? "text"), times };
  });
  return (await Promise.all(marks)).filter(({ times }) => times.length > 0);
}
