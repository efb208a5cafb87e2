import {
  profileResource,
  profileResourceNames,
  type ProfileResource,
} from "../../catalog/profile-resources.ts";
import { amountShort } from "../../model/in-units.ts";
import type { Figures, Profile } from "../../model/profile.ts";
import { censoredText } from "./profile-explain.ts";
import { duration } from "./report-plot.ts";

type Scenario = Profile["figures"]["scenarios"][string];

/** What a profile was recorded on, of what is known: names and values for people, as they came. */
export function environmentOf({ host = {}, versions = {}, runtime, model, mixed = {} }: Profile) {
  const size = (bytes: number | undefined) =>
    bytes === undefined ? undefined : amountShort("bytes", bytes);
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["OS", [host.os, host.kernel].filter((text) => text !== undefined).join(", ")],
    [
      "CPU",
      [host.cpu, host.cpuCores === undefined ? undefined : `${host.cpuCores} cores`]
        .filter((text) => text !== undefined)
        .join(", "),
    ],
    ["Memory", size(host.memoryBytes)],
    ["GPU", host.gpus?.join(", ")],
    ["MLX", versions.mlx],
    ["mlx-lm", versions.mlxLm],
    ["Python", versions.python],
    ["Runtime", runtime],
    [
      "Model",
      model === undefined
        ? undefined
        : [model.name, size(model.bytes)].filter((text) => text !== undefined).join(", "),
    ],
    ...Object.entries(mixed).map(
      ([name, said]) => [`Recordings differ in ${name}`, said.join(" / ")] as const,
    ),
  ];
  return facts.flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [{ name, value }],
  );
}

/** `3 runs`. */
export function runsOf({ runs }: Scenario): string {
  return `${runs} ${runs === 1 ? "run" : "runs"}`;
}

/** How long each phase took. */
export function phasesOf({ phases }: Scenario): string {
  return (["load", "warmup", "steady"] as const)
    .flatMap((phase) => {
      const { seconds, n } = phases?.[phase] ?? {};
      if (seconds === undefined || n === undefined) return [];
      const title = phase === "warmup" ? "warm-up" : phase;
      return [`${title} ${duration(seconds)} at the longest, ${n} samples`];
    })
    .join("; ");
}

/** The figures of each resource that has any; what is not known is empty. */
export function rowsOf({ resources }: Scenario) {
  return profileResourceNames.flatMap((resource) => {
    const figures = resources[resource];
    return figures === undefined ? [] : [rowOf(resource, figures)];
  });
}

function rowOf(resource: ProfileResource, figures: Figures) {
  const { title, unit } = profileResource(resource);
  const short = (value: number | undefined) =>
    value === undefined ? "" : amountShort(unit, value);
  const withBound = (value: number | undefined, upper: number | undefined) =>
    [short(value), ...(upper === undefined ? [] : [`(${short(upper)})`])].join(" ");
  return {
    title,
    n: figures.n ?? "",
    nEff: figures.nEff ?? "",
    min: short(figures.min),
    p50: withBound(figures.p50, figures.p50Upper),
    p95: withBound(figures.p95, figures.p95Upper),
    p99: withBound(figures.p99, figures.p99Upper),
    max: short(figures.max),
  };
}

/** What to know about its peaks. */
export function notesOf({ resources }: Scenario): readonly string[] {
  return profileResourceNames.flatMap((resource) => noteOf(resource, resources[resource]));
}

function noteOf(resource: ProfileResource, figures: Figures | undefined): readonly string[] {
  if (figures === undefined) return [];
  const { title, unit } = profileResource(resource);
  const short = (value: number) => amountShort(unit, value);
  return [
    ...(figures.censored === undefined
      ? []
      : [`Cut off: ${title}: ${censoredText(figures.censored, short)}`]),
    ...(figures.kernelPeakOlder === true
      ? [
          `The kernel's mark of ${short(figures.kernelPeak ?? 0)} of ${title} was reached before the recording began`,
        ]
      : []),
  ];
}

const componentNames = {
  framework: "Framework",
  weights: "Weights",
  modelFiles: "Model files",
  underLoad: "Under load",
  cacheCap: "Cap of the prompt cache",
} as const;

/** What memory is made of, of what is known. */
export function componentsOf({ components }: Profile) {
  if (components === undefined) return [];
  return Object.entries(componentNames).map(([key, name]) => {
    const component = components[key as keyof typeof componentNames];
    return component === undefined
      ? { name, value: "not known", from: "" }
      : { name, value: amountShort("bytes", component.bytes), from: component.from };
  });
}
