import { scrapeJob, type AlertName } from "../src/catalog/alerts.ts";
import { metrics } from "../src/catalog/metrics.ts";
import type { MainJob } from "./main-job.ts";
import type { Progress } from "./progress.ts";
import type { Prometheus } from "./prometheus.ts";
import type { Notification } from "./webhook.ts";
import { waitUntil } from "./wait-until.ts";

const checkSeconds = 60;
const watchdog = "MlxWatchdog" satisfies AlertName;

/** What a check found: the proof that something works, or a sentence on what does not. */
type Verdict = { readonly works: string } | { readonly problem: string };

/** Checks that the whole loop works; resolves to what does not, one sentence each. */
export async function check(job: MainJob, progress: Progress): Promise<readonly string[]> {
  const { prometheus, alertmanager, exporter } = job;
  if (exporter === undefined) return ["The exporter does not run, so there is nothing to check."];
  if (prometheus === undefined)
    return ["Prometheus could not be had, so nothing scraped the exporter."];
  const problems = [
    job.mlxFound
      ? await announced(progress, "Real process scraped", checkScrape(job, prometheus))
      : "No MLX process could be had, so there was none to scrape.",
    await announced(progress, "Every rule evaluated", checkRules(prometheus)),
    alertmanager === undefined
      ? "Alertmanager could not be had, so no notification was delivered."
      : await announced(progress, "Notification delivered", checkDelivery(job)),
  ];
  return problems.filter((problem) => problem !== undefined);
}

async function checkScrape(job: MainJob, prometheus: Prometheus): Promise<Verdict> {
  const pid = job.mlxServer?.pid;
  const series = `${metrics.processInfo.name}${pid === undefined ? "" : `{pid="${pid}"}`}`;
  const look = async () => {
    const [up] = await prometheus.query(`up{job="${scrapeJob}"}`);
    const [found] = await prometheus.query(series);
    return up?.value === 1 ? found : undefined;
  };
  const found = await waitUntil(look, { timeoutSeconds: checkSeconds });
  if (found)
    return { works: `pid ${found.labels["pid"] ?? ""} is ${found.labels["workload"] ?? ""}` };
  const targets = await prometheus.targets();
  const target = targets.find(({ job: name }) => name === scrapeJob);
  const error = target?.lastError ? ` (${target.lastError})` : "";
  const health = `the exporter's target is ${target?.health ?? "missing"}${error}`;
  return { problem: `Prometheus has no ${series} after ${checkSeconds} s; ${health}.` };
}

async function checkRules(prometheus: Prometheus): Promise<Verdict> {
  const look = async () => {
    const rules = await prometheus.rules();
    return rules.length > 0 && rules.every((rule) => rule.evaluated) ? rules : undefined;
  };
  const rules = await waitUntil(look, { timeoutSeconds: checkSeconds });
  if (rules === undefined) {
    return { problem: `Not every rule was evaluated within ${checkSeconds} s.` };
  }
  const failing = rules.find(({ health }) => health !== "ok");
  if (failing === undefined) return { works: `${rules.length} rules, none with an error` };
  const { name, group, lastError } = failing;
  return { problem: `Rule ${name} of group ${group} fails: ${lastError}` };
}

async function checkDelivery({ webhook }: MainJob): Promise<Verdict> {
  const fits = ({ alertname }: Notification) => alertname === watchdog;
  const delivered = await webhook.waitFor(fits, checkSeconds);
  return delivered
    ? { works: watchdog }
    : { problem: `Alertmanager did not deliver ${watchdog} within ${checkSeconds} s.` };
}

async function announced(
  progress: Progress,
  title: string,
  work: Promise<Verdict>,
): Promise<string | undefined> {
  const step = progress.begin(title);
  const verdict = await work;
  if ("works" in verdict) {
    step.done(verdict.works);
    return undefined;
  }
  step.failed(verdict.problem);
  return verdict.problem;
}
