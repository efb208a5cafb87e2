/** One series of an instant query, at the moment of asking. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One series over a time: seconds since 1970, and the value. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [seconds: number, value: number])[];
}

/** From when to when a range is asked for, in seconds since 1970, and how far apart its points are. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** How one scrape target fares. */
export interface TargetState {
  readonly job: string;
  readonly url: string;
  readonly health: "up" | "down" | "unknown";
  readonly lastError: string;
}

/** How one rule fares. */
export interface RuleState {
  readonly group: string;
  readonly name: string;
  readonly type: "alerting" | "recording";
  readonly health: "ok" | "err" | "unknown";
  readonly lastError: string;
  /** False until the rule has been evaluated once. */
  readonly evaluated: boolean;
}

/** An alert that is pending or firing. */
export interface AlertState {
  readonly name: string;
  readonly state: "pending" | "firing";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Asks for the value of an expression, now or at another time. */
export async function readQuery(
  url: string,
  expression: string,
  time?: number,
): Promise<readonly Sample[]> {
  const at = time === undefined ? "" : `&time=${time}`;
  const data = (await get(url, `query?query=${encodeURIComponent(expression)}${at}`)) as {
    resultType: string;
    result: readonly { metric: Record<string, string>; value: [number, string] }[];
  };
  if (data.resultType !== "vector") throw new Error(`${expression} gives a ${data.resultType}.`);
  return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}

/** Asks for the values of an expression over a time. */
export async function readRange(
  url: string,
  expression: string,
  { start, end, step }: Span,
): Promise<readonly Series[]> {
  const query = encodeURIComponent(expression);
  const range = `query_range?query=${query}&start=${start}&end=${end}&step=${step}`;
  const data = (await get(url, range)) as {
    result: readonly { metric: Record<string, string>; values: readonly [number, string][] }[];
  };
  return data.result.map(({ metric, values }) => ({
    labels: metric,
    points: values.map(([seconds, value]) => [seconds, Number(value)]),
  }));
}

/** The values of a label, of the series that a selector chooses. */
export async function readLabelValues(
  url: string,
  label: string,
  selector: string,
  { start, end }: Span,
): Promise<readonly string[]> {
  const match = `match[]=${encodeURIComponent(selector)}`;
  const path = `label/${label}/values?${match}&start=${start}&end=${end}`;
  return (await get(url, path)) as readonly string[];
}

/** Every scrape target. */
export async function readTargets(url: string): Promise<readonly TargetState[]> {
  const data = (await get(url, "targets?state=active")) as {
    activeTargets: readonly {
      labels: Record<string, string>;
      scrapeUrl: string;
      health: TargetState["health"];
      lastError: string;
    }[];
  };
  return data.activeTargets.map(({ labels, scrapeUrl, health, lastError }) => ({
    job: labels["job"] ?? "",
    url: scrapeUrl,
    health,
    lastError,
  }));
}

/** Longer than anybody here waits for a first evaluation. */
const slowSeconds = 60;

/** Every rule of every group, but for those of a slow group whose first turn has not come. */
export async function readRules(url: string): Promise<readonly RuleState[]> {
  const data = (await get(url, "rules")) as {
    groups: readonly {
      name: string;
      /** Seconds. */
      interval: number;
      rules: readonly {
        name: string;
        type: RuleState["type"];
        health: RuleState["health"];
        lastError?: string;
        lastEvaluation?: string;
      }[];
    }[];
  };
  return data.groups.flatMap((group) =>
    group.rules
      .map(({ name, type, health, lastError = "", lastEvaluation = "" }) => ({
        group: group.name,
        name,
        type,
        health,
        lastError,
        // Go writes the year 1 for never.
        evaluated: lastEvaluation > "0002",
      }))
      .filter(({ evaluated }) => evaluated || group.interval <= slowSeconds),
  );
}

/** Every pending and firing alert. */
export async function readAlerts(url: string): Promise<readonly AlertState[]> {
  const data = (await get(url, "alerts")) as {
    alerts: readonly {
      state: AlertState["state"];
      labels: Record<string, string>;
      annotations: Record<string, string>;
    }[];
  };
  return data.alerts.map(({ state, labels, annotations }) => ({
    name: labels["alertname"] ?? "",
    state,
    labels,
    annotations,
  }));
}

async function get(url: string, path: string): Promise<unknown> {
  const response = await fetch(`${url}/api/v1/${path}`, { signal: AbortSignal.timeout(10_000) });
  const body = (await response.json()) as { status: string; data?: unknown; error?: string };
  if (body.status !== "success") throw new Error(`Prometheus refused ${path}: ${body.error ?? ""}`);
  return body.data;
}
