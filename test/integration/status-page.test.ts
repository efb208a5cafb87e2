import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { createRenderer } from "../../src/exporter/4-expose/registry.ts";
import { createServer } from "../../src/exporter/4-expose/server.ts";
import { createExporter } from "../../src/exporter/exporter.ts";
import { realHost } from "../../src/host/real-host.ts";
import { findExecutable } from "../../lab/find-executable.ts";
import { fixtureHost, repository, roots } from "../support/fixture-host.ts";
import { afterwards } from "../support/lab.ts";
import type { MemoryHost } from "../support/memory-host.ts";
import { requireComponent } from "../support/requires.ts";

describe("the status page in a browser", function () {
  this.timeout(60_000);
  const undo = afterwards();
  let browser: Browser;
  let page: Page;
  let host: MemoryHost;
  const refused: string[] = [];

  before(async function () {
    const executablePath = findExecutable("chromium", "chromium-browser", "google-chrome");
    if (executablePath === undefined) {
      requireComponent(this, "Chromium is not installed.");
      return;
    }
    host = fixtureHost("unified-v2");
    // A process may call its model anything.
    host.put(
      "/proc/4242/cmdline",
      '/usr/bin/python3\0/opt/mlx_lm.server\0--model\0<img src=x onerror="document.title=1">\0',
    );
    const exporter = await createExporter(host, {
      roots,
      rules: [],
      maxProcesses: 256,
      maxWorkloads: 64,
      maxNewPids: 256,
    });
    await exporter.look();
    const app = createServer(
      () => exporter.look(),
      () => true,
      createRenderer(),
      {
        telemetryPath: "/metrics",
        perProcess: true,
        version: "0.0.0",
        loopbackOnly: true,
        facts: () => ({ version: "0.0.0" }),
        onError: assert.ifError,
      },
    );
    const listener = await realHost().listen({ host: "127.0.0.1", port: 0 }, app);
    undo(() => listener.close());
    const flags = [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--disable-background-networking",
    ];
    browser = await chromium.launch({ executablePath, args: flags });
    undo(() => browser.close());
    page = await browser.newPage({ viewport: { width: 1100, height: 700 } });
    page.on("request", (request) => {
      if (!request.url().startsWith(listener.url)) refused.push(request.url());
    });
    host.clock.advance(1);
    await page.goto(listener.url);
  });

  it("shows the process, a bar for each resource, and which limit binds at which level", async () => {
    const text = await page.locator("main").innerText();
    assert.match(text, /pid:?\s+4242/);
    assert.match(text, /924 MiB left of 8\.0 GiB/);
    assert.match(text, /bound by cgroup \(\/mlx\.slice\)/);
    assert.equal(await page.getByRole("progressbar").count(), 4);
    assert.equal(
      await page.getByRole("progressbar", { name: "memory in use: 89 percent" }).count(),
      1,
    );
  });

  it("says what is missing and why", async () => {
    assert.match(await page.locator("main").innerText(), /disk_read_bytes: forbidden/);
  });

  it("shows what a process calls itself as text, and loads nothing from elsewhere", async () => {
    assert.match(await page.locator("main").innerText(), /<img src=x onerror=/);
    assert.equal(await page.title(), "mlx-headroom");
    assert.deepEqual(refused, []);
  });

  it("fits a narrow window without scrolling sideways, in the dark too", async () => {
    await page.setViewportSize({ width: 420, height: 800 });
    await page.emulateMedia({ colorScheme: "dark" });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - window.innerWidth,
    );
    assert.ok(overflow <= 0, `${overflow} px too wide`);
    const folder = join(repository, "build", "screenshots");
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, "status-page-narrow-dark.png") });
  });

  it("follows the machine without being reloaded", async () => {
    host.remove("/proc/4242");
    host.put("/proc/1/stat", "1 (init) S 0 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 2 0 0");
    await page.getByText("No MLX process runs here").waitFor({ timeout: 20_000 });
    assert.match(await page.locator("main").innerText(), /expected, and not running/);
  });
});
