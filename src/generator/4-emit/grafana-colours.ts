import type { Colour, Step } from "../../model/dashboard.ts";

/** Grafana's names of colours, which suit a dark and a light theme. */
export const colours: Readonly<Record<Colour, string>> = {
  green: "green",
  yellow: "yellow",
  red: "red",
  blue: "blue",
  purple: "purple",
  neutral: "text",
};

/** Where colours change. */
export function thresholds(steps: readonly Step[]): unknown {
  return {
    mode: "absolute",
    steps: steps.map(({ from, colour }) => ({ color: colours[colour], value: from ?? null })),
  };
}
