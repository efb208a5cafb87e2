import type { Annotation, State } from "../../model/dashboard.ts";
import { line, timeline } from "./panel.ts";
import type { PanelDraft } from "./panel.ts";
import type { Selectors } from "./selectors.ts";

/** What is 2 fires, what is 1 waits. */
const states: readonly State[] = [
  { value: 1, text: "pending", colour: "yellow" },
  { value: 2, text: "firing", colour: "red" },
];

/** Which of our alerts waited and fired, and when. MlxWatchdog is left out, which always fires. */
export function alertStates(
  select: Selectors,
  width: number,
  ...more: readonly string[]
): PanelDraft {
  const by = "by (alertname, severity, instance, workload)";
  const inState = (state: string): string =>
    select.alerts(`alertstate="${state}"`, 'severity!="none"', ...more);
  return timeline(
    width,
    {
      title: "Alerts",
      description:
        "Alerts of mlx-headroom about what is chosen: pending while they wait out their time, then firing.",
      unit: "short",
      noValue: "no alert pending or firing",
      states,
    },
    line(
      `
      2 * max ${by} (${inState("firing")})
        or
      max ${by} (${inState("pending")})
      `,
      "{{alertname}} {{severity}} {{workload}} {{instance}}",
    ),
  );
}

/** When alerts fired, drawn across all panels. */
export function alertAnnotation(select: Selectors, ...more: readonly string[]): Annotation {
  const firing = select.alerts('alertstate="firing"', 'severity!="none"', ...more);
  return {
    name: "Alerts",
    expr: `max by (alertname, severity, instance, workload) (${firing})`,
    title: "{{alertname}} {{severity}}",
    text: "{{workload}} {{instance}}",
    colour: "red",
  };
}

/** The same, and when processes started and were killed. */
export function annotations(select: Selectors, ...more: readonly string[]): readonly Annotation[] {
  return [
    alertAnnotation(select, ...more),
    happened("Process started", "workloadProcessStarts", "blue"),
    happened("OOM kill", "workloadOomKills", "purple"),
  ];

  function happened(
    name: string,
    key: "workloadProcessStarts" | "workloadOomKills",
    colour: Annotation["colour"],
  ): Annotation {
    const risen = `increase(${select.workload(key)}[$__rate_interval])`;
    return {
      name,
      expr: `sum by (instance, workload) (${risen}) > 0`,
      title: name,
      text: "{{workload}} {{instance}}",
      colour,
    };
  }
}
