import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { startBrowser } from "../../lab/browser.ts";
import { createRenderer } from "../../src/exporter/4-expose/registry.ts";
import { createServer } from "../../src/exporter/4-expose/server.ts";
import { createExporter } from "../../src/exporter/exporter.ts";
import { realHost } from "../../src/host/real-host.ts";
import type { Listener } from "../../src/model/host.ts";
import { repository, roots } from "./fixture-host.ts";
import { orSkip } from "./lab.ts";
import type { MemoryHost } from "./memory-host.ts";

/** A server whose machine is a memory host, and what a test may do to it. */
export interface ServedPage extends Listener {
  /** From now on requests for the page hang, fail with an error, or are answered again. */
  behave(how: "answer" | "hang" | "fail"): void;
  /** Requests for the page so far. */
  requests(): number;
}

/** The real HTTP surface on a free port, over the given machine. */
export async function servePage(host: MemoryHost): Promise<ServedPage> {
  const exporter = await createExporter(host, {
    roots,
    rules: [],
    maxProcesses: 256,
    maxWorkloads: 64,
  });
  host.clock.advance(1);
  let behaviour: "answer" | "hang" | "fail" = "answer";
  let requests = 0;
  const look = () => {
    requests += 1;
    if (behaviour === "hang") return new Promise<never>(() => undefined);
    if (behaviour === "fail") return Promise.reject(new Error("made to fail"));
    host.clock.advance(1);
    return exporter.look();
  };
  const app = createServer(look, () => true, createRenderer(), {
    telemetryPath: "/metrics",
    perProcess: true,
    version: "0.0.0",
    loopbackOnly: true,
    facts: () => ({ version: "0.0.0", now: host.clock.unixSeconds() }),
    onError: (error) => {
      assert.equal(behaviour, "fail", String(error));
    },
  });
  const listener = await realHost().listen({ host: "127.0.0.1", port: 0 }, app);
  return {
    ...listener,
    behave(how) {
      behaviour = how;
    },
    requests: () => requests,
  };
}

/** The system's own Chromium, or a skip. */
export async function realBrowser(context: Mocha.Context): Promise<Browser> {
  return orSkip(context, await startBrowser()).browser;
}

/** Keeps a picture of what the browser shows, for people to look at, in `build/screenshots/`. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = join(repository, "build", "screenshots");
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `status-page-${name}.png`) });
}

/** How many pixels the page is wider than its window. */
export async function pixelsTooWide(page: Page): Promise<number> {
  return page.evaluate<number>("document.documentElement.scrollWidth - window.innerWidth");
}

/**
 * Texts on the page with too little contrast to what is behind them, as `ratio: text`, by the formula of WCAG 2.2:
 * 4.5 at least. Looks at every element that shows text of its own, in front of the nearest background with a colour.
 */
export async function textsOfLowContrast(page: Page): Promise<readonly string[]> {
  return page.evaluate<string[]>(`(() => {
    const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
    const luminance = (colour) => {
      const [r, g, b] = colour.slice(0, 3).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const colour = rgb(getComputedStyle(at).backgroundColor);
        if (colour.length === 3 || colour[3] === 1) return colour;
      }
      return [255, 255, 255];
    };
    const low = new Set();
    for (const element of document.body.querySelectorAll("*")) {
      const shows = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
      if (!shows || element.matches("script, progress") || !element.checkVisibility()) continue;
      const [a, b] = [rgb(getComputedStyle(element).color), behind(element)].map(luminance);
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (ratio < 4.5) low.add(ratio.toFixed(2) + ": " + element.textContent.trim());
    }
    return [...low];
  })()`);
}
