import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { dashboards as names } from "../src/catalog/dashboards.ts";
import { startBrowser } from "./browser.ts";
import { stopEverything } from "./children.ts";
import { readDashboards, type DashboardFile } from "./dashboards.ts";
import { keepHistory } from "./history-blocks.ts";
import { historyDays, madeHistory } from "./history-model.ts";
import { foundBy, marksOf } from "./picture-answers.ts";
import { drawCharts } from "./picture-draw.ts";
import { pageOf, type Answered } from "./picture-page.ts";
import { letItHappen } from "./picture-scenario.ts";
import { inUnit } from "./picture-units.ts";
import { printedProgress, type Progress } from "./progress.ts";
import { repository } from "./repository.ts";
import { smallPng } from "./small-png.ts";

const folder = join(repository, "docs", "pictures");
const all = ".+";
/** What is left to do when everything has been stopped. */
const afterwards: (() => Promise<void>)[] = [];

/** Draws one picture of each dashboard into docs/pictures/; `history` draws that one alone. */
async function main(only: string | undefined): Promise<void> {
  const progress = printedProgress();
  mkdirSync(folder, { recursive: true });
  const started = await startBrowser();
  if (started.kind === "unavailable") throw new Error(started.why);
  const { browser } = started;
  const files = readDashboards(join(repository, "grafana", "dashboards"));
  const isHistory = ({ uid }: DashboardFile) => uid === names.history.uid;
  try {
    for (const file of files.filter(isHistory))
      await draw(browser, await ofHistory(progress, file));
    if (only === "history") return;
    const live = await ofScenario(
      progress,
      files.filter((file) => !isHistory(file)),
    );
    for (const answered of live) await draw(browser, answered);
  } finally {
    await browser.close();
  }
}

async function ofHistory(progress: Progress, dashboard: DashboardFile): Promise<Answered> {
  const kept = await keepHistory(progress, madeHistory());
  if (kept.kind === "unavailable") throw new Error(kept.why);
  const { span, prometheus } = kept;
  const variables = {
    ...{ job: all, instance: all, workload: all },
    ...{ __rate_interval: "1d", __interval: "1d", __range: `${historyDays}d` },
  };
  return {
    ...{ dashboard, span, marks: await marksOf(prometheus.url, dashboard, variables, span) },
    found: await foundBy(prometheus.url, dashboard, variables, span),
    chosen: "Last 90 days. Job All, instance All, workload All",
    source: "The ninety days are made up: blocks that promtool wrote.",
  };
}

async function ofScenario(
  progress: Progress,
  files: readonly DashboardFile[],
): Promise<readonly Answered[]> {
  const happened = await letItHappen(progress, (remove) => afterwards.push(remove));
  if (happened.kind === "unavailable") throw new Error(happened.why);
  const { prometheus, span, workloads } = happened;
  const range = span.end - span.start;
  return Promise.all(
    files.map(async (dashboard) => {
      const one = dashboard.uid === names.workload.uid;
      const variables = {
        ...{ job: "mlx-headroom", resource: all, prometheus: all, alertmanager: all },
        ...{ instance: one ? "linux-1" : all, workload: one ? "chat" : workloads.join("|") },
        ...{ __rate_interval: "10s", __interval: "1s", __range: `${range}s` },
      };
      return {
        ...{ dashboard, span, marks: await marksOf(prometheus.url, dashboard, variables, span) },
        found: await foundBy(prometheus.url, dashboard, variables, span),
        chosen: `Last ${Math.round(range / 60)} minutes. ${one ? "Instance linux-1, workload chat" : "Job mlx-headroom, instance All"}`,
        source: `Real servers with tiny models of random weights${one ? "." : "; stand-in-gpu and stand-in-mac are fixtures of our tests."}`,
      };
    }),
  );
}

async function draw(browser: Browser, answered: Answered): Promise<void> {
  const { html, charts } = pageOf(answered);
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, timezoneId: "UTC" });
  await page.setContent(html);
  const resolved = createRequire(import.meta.url);
  await page.addScriptTag({ path: resolved.resolve("uplot/dist/uPlot.iife.min.js") });
  await page.addStyleTag({
    content: readFileSync(resolved.resolve("uplot/dist/uPlot.min.css"), "utf8"),
  });
  await page.addScriptTag({ content: `globalThis.inUnit = ${inUnit.toString()}` });
  await page.evaluate(drawCharts, { charts, marks: answered.marks });
  const [key] = Object.entries(names).find(([, { uid }]) => uid === answered.dashboard.uid) ?? [];
  const path = join(folder, `${key ?? answered.dashboard.uid}.png`);
  writeFileSync(path, smallPng(await page.locator("main").screenshot()));
  await page.close();
}

try {
  await main(process.argv[2]);
} finally {
  await stopEverything();
  for (const remove of afterwards) await remove();
}
process.exit();
