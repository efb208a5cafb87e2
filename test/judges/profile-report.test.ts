import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { main } from "../../src/cli.ts";
import { realHost } from "../../src/host/real-host.ts";
import { afterwards } from "../support/lab.ts";
import { temporaryFolder } from "../../lab/children.ts";
import { jsonLines, madeRecording } from "../support/recordings.ts";
import { realBrowser, screenshot, textsOfLowContrast } from "../support/status-page.ts";

describe("the report of a profile in a browser", function () {
  this.timeout(120_000);
  const undo = afterwards();
  let browser: Browser;
  let url: string;

  before(async function () {
    browser = await realBrowser(this);
    undo(() => browser.close());
    const folder = temporaryFolder("report");
    const recordings = join(folder, "recordings");
    mkdirSync(recordings);
    const model = { name: '<img src=x onerror="document.title=1">' };
    const runs = [
      { seed: 1, samples: 300, scenario: "idle" },
      { seed: 2, samples: 600, scenario: "peak", starts: true },
    ];
    for (const run of runs) {
      const lines = madeRecording({ ...run, changes: { model } });
      writeFileSync(join(recordings, `${run.scenario}.jsonl`), jsonLines(lines));
    }
    const report = join(folder, "chat.html");
    const quiet = { stdout: () => undefined, stderr: () => undefined };
    const flags = ["--recordings", recordings, "--out", join(folder, "p"), "--report", report];
    const code = await main(["profile", "chat", ...flags], realHost(), {
      ...quiet,
      colour: false,
      environment: {},
    });
    assert.equal(code, 0);
    url = pathToFileURL(report).href;
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`draws every recording, reads well in ${colorScheme} colours, and asks nobody for anything`, async () => {
      const page = await browser.newPage({ colorScheme, viewport: { width: 1000, height: 800 } });
      const elsewhere: string[] = [];
      page.on("request", (request) => {
        if (request.url() !== url) elsewhere.push(request.url());
      });
      await page.goto(url);
      assert.ok((await page.locator("svg").count()) >= 8);
      assert.deepEqual(await textsOfLowContrast(page), []);
      const overflowing = `[...document.querySelectorAll("th, td")]
        .filter((cell) => cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.textContent)`;
      assert.deepEqual(await page.evaluate<string[]>(overflowing), []);
      assert.deepEqual(elsewhere, []);
      assert.notEqual(await page.title(), "1");
      assert.equal(await page.locator("img, script, link").count(), 0);
      await screenshot(page, `profile-report-${colorScheme}`);
      await page.close();
    });
  }

  it("fits on paper", async () => {
    const page = await browser.newPage();
    await page.goto(url);
    await page.emulateMedia({ media: "print", colorScheme: "light" });
    const pdf = await page.pdf({ format: "A4" });
    assert.ok(pdf.length > 10_000);
    const wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    assert.ok(Number(wide) <= 0, `${String(wide)} pixels too wide`);
    await page.close();
  });
});
