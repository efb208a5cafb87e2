import { z } from "zod";
import type { Container, Labels } from "../../model/container.ts";

/** What an engine says of one container, as far as it is wanted. */
export interface Inspected {
  readonly container: Container;
  /** Whether its last end was the kernel's killing its first process for lack of memory. Podman 4 always says no. */
  readonly endedByOom: boolean;
}

/** Something that happened to a container. */
export interface EngineEvent {
  readonly kind: "oom" | "die" | "destroy" | "rename" | "start" | "update";
  readonly id: string;
  /** Unix seconds; 0 where the engine does not say. */
  readonly at: number;
  /** Of a `die`. */
  readonly exitCode?: number;
}

/** As long as some put whole descriptions there; more than anybody matches. A longer one is left out: cut, it would be another. */
const longestLabel = 4096;
const longestName = 256;
const mostLabels = 256;

/** Whatever does not fit is as good as not there: engines differ, and a later one may say anything. */
const text = z.string().max(longestLabel).optional().catch(undefined);
const count = z.number().nonnegative().optional().catch(undefined);

const inspectSchema = z.object({
  Name: text,
  RestartCount: count,
  Config: z
    .object({
      /** The name that it was started by; the outer `Image` is a hash. */
      Image: text,
      Labels: z.record(z.string(), z.unknown()).nullish().catch(undefined),
    })
    .nullish()
    .catch(undefined),
  HostConfig: z
    .object({ Memory: count, NanoCpus: count, CpuQuota: z.number().catch(0), CpuPeriod: count })
    .partial()
    .nullish()
    .catch(undefined),
  State: z
    .object({ OOMKilled: z.boolean(), ExitCode: z.number() })
    .partial()
    .nullish()
    .catch(undefined),
});

/** 128 and SIGKILL. Docker says OOMKilled of every container in which a process was, also if it ended otherwise. */
const killed = 137;

/** Reads the answer of `/containers/ID/json`; undefined where it is none. */
export function parseInspect(body: string): Inspected | undefined {
  const checked = inspectSchema.safeParse(parsed(body));
  if (!checked.success) return undefined;
  const { Name, RestartCount: restarts, Config, HostConfig, State } = checked.data;
  const name = shortened(Name?.replace(/^\//, ""));
  const image = shortened(Config?.Image);
  const memoryLimitBytes = HostConfig?.Memory ?? 0;
  const cpuLimitCores = coresOf(HostConfig ?? {});
  return {
    container: {
      ...(name !== undefined && { name }),
      ...(image !== undefined && { image }),
      labels: labelsOf(Config?.Labels ?? {}),
      ...(memoryLimitBytes > 0 && { memoryLimitBytes }),
      ...(cpuLimitCores > 0 && { cpuLimitCores }),
      ...(restarts !== undefined && { restarts }),
    },
    endedByOom: State?.OOMKilled === true && State.ExitCode === killed,
  };
}

const versionSchema = z.object({ ApiVersion: z.string(), MinAPIVersion: z.string().optional() });

/**
 * Which version of the API to speak with an engine, by its answer to `/version`: 1.41, which Podman speaks as well, or
 * the oldest that a newer engine still does. Undefined where nothing that answers is an engine.
 */
export function apiVersion(body: string): string | undefined {
  const checked = versionSchema.safeParse(parsed(body));
  if (!checked.success) return undefined;
  const least = /^1\.(\d{1,4})$/.exec(checked.data.MinAPIVersion ?? "")?.[1];
  return `1.${Math.max(41, Number(least ?? 0))}`;
}

const eventSchema = z.object({
  Type: z.literal("container"),
  Action: z.string(),
  Actor: z.object({
    ID: z.string().regex(/^[0-9a-f]{64}$/),
    Attributes: z.object({ exitCode: text, containerExitCode: text }).nullish().catch(undefined),
  }),
  time: z.number().optional(),
  timeNano: z.number().optional(),
});

/** Podman has names of its own for some of Docker's. */
const kinds: Readonly<Record<string, EngineEvent["kind"]>> = {
  oom: "oom",
  die: "die",
  died: "die",
  destroy: "destroy",
  remove: "destroy",
  rename: "rename",
  start: "start",
  restart: "start",
  update: "update",
};

/** Reads one line of `/events`; undefined for what is no event of a container, or none that matters here. */
export function parseEvent(line: string): EngineEvent | undefined {
  const checked = eventSchema.safeParse(parsed(line));
  if (!checked.success) return undefined;
  const { Action, Actor, time = 0, timeNano } = checked.data;
  const kind = Object.hasOwn(kinds, Action) ? kinds[Action] : undefined;
  if (kind === undefined) return undefined;
  const { exitCode, containerExitCode = exitCode } = Actor.Attributes ?? {};
  return {
    kind,
    id: Actor.ID,
    at: timeNano === undefined ? time : timeNano / 1e9,
    ...(/^\d{1,3}$/.test(containerExitCode ?? "") && { exitCode: Number(containerExitCode) }),
  };
}

function coresOf(given: {
  readonly NanoCpus?: number | undefined;
  readonly CpuQuota?: number | undefined;
  readonly CpuPeriod?: number | undefined;
}): number {
  const { NanoCpus = 0, CpuQuota = 0, CpuPeriod = 0 } = given;
  return NanoCpus > 0 ? NanoCpus / 1e9 : CpuQuota / (CpuPeriod || 100_000);
}

function labelsOf(given: Readonly<Record<string, unknown>>): Labels {
  const fitting = Object.entries(given).filter(
    (entry): entry is [string, string] =>
      entry[0].length <= longestName &&
      typeof entry[1] === "string" &&
      entry[1].length <= longestLabel,
  );
  return Object.fromEntries(fitting.slice(0, mostLabels));
}

function shortened(name: string | undefined): string | undefined {
  return name === undefined || name === "" ? undefined : name.slice(0, longestName);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
