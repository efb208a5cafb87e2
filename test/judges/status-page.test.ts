import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { fixtureHost } from "../support/fixture-host.ts";
import { afterwards } from "../support/lab.ts";
import {
  manyProcesses,
  manyProcessesHost,
  setHeadroomRatio,
  worstPid,
} from "../support/many-processes.ts";
import type { MemoryHost } from "../support/memory-host.ts";
import {
  pixelsTooWide,
  realBrowser,
  screenshot,
  servePage,
  textsOfLowContrast,
  type ServedPage,
} from "../support/status-page.ts";

/** How often the page asks, by its own clock, which stands still but where a test moves it. */
const refreshMilliseconds = 5000;

/** The first cell of each row that is shown, in order. */
async function shownPids(page: Page): Promise<readonly number[]> {
  const texts = await page.locator("#rows tr:visible > td:nth-of-type(1)").allTextContents();
  return texts.map(Number);
}

/** Waits until the page shows a later look than now. */
async function later(page: Page, act: () => Promise<unknown>): Promise<void> {
  const taken = (await page.locator("#taken").getAttribute("datetime")) ?? "";
  await act();
  await page.locator(`#taken:not([datetime="${taken}"])`).waitFor({ state: "attached" });
}

/** Lets the time pass after which the page asks again, and waits for what it shows then. */
async function refreshed(page: Page): Promise<void> {
  await later(page, () => page.clock.runFor(refreshMilliseconds));
}

describe("the status page in a browser", function () {
  this.timeout(120_000);
  const undo = afterwards();
  let browser: Browser;

  before(async function () {
    browser = await realBrowser(this);
    undo(() => browser.close());
  });

  /** A page on that machine, and every request it made to anybody else. */
  async function opened(host: MemoryHost, options: Parameters<Browser["newPage"]>[0] = {}) {
    const served = await servePage(host);
    undo(() => served.close());
    const page = await browser.newPage({ viewport: { width: 1280, height: 850 }, ...options });
    const elsewhere: string[] = [];
    const refused: string[] = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(served.url)) elsewhere.push(request.url());
    });
    page.on("console", (message) => refused.push(message.text()));
    await page.clock.install({ time: 0 });
    await page.goto(served.url);
    await page.clock.pauseAt(60_000);
    return { page, served, elsewhere, refused };
  }

  describe("with one process that calls its model what it likes", () => {
    let page: Page;
    let host: MemoryHost;
    let elsewhere: readonly string[];
    let refused: readonly string[];
    before(async () => {
      host = fixtureHost("unified-v2");
      host.put(
        "/proc/4242/cmdline",
        '/usr/bin/python3\0/opt/mlx_lm.server\0--model\0<img src=x onerror="document.title=1">\0',
      );
      ({ page, elsewhere, refused } = await opened(host));
    });

    it("details the limits that bind, with their level, and what is missing and why", async () => {
      await page.locator("#rows summary").click();
      const text = await page.locator("#rows").innerText();
      assert.match(text, /924 MiB left of 8\.0 GiB/);
      assert.match(text, /bound by cgroup \(\/mlx\.slice\)/);
      assert.match(text, /disk_read_bytes \(forbidden\)/);
    });

    it("shows what the process calls itself as text, and loads nothing from elsewhere", async () => {
      assert.match(await page.locator("#rows").innerText(), /<img src=x onerror=/);
      assert.equal(await page.title(), "mlx-headroom");
      assert.deepEqual([elsewhere, refused], [[], []]);
    });

    it("runs its own script and style under its policy, and nobody else's", async () => {
      const before = await page.evaluate<string>("getComputedStyle(document.body).maxWidth");
      assert.notEqual(before, "none", "its style is in force");
      await page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = 1\"><p id=styled style=\"color: red\">')",
      );
      const style = "getComputedStyle(document.getElementById('styled')).color";
      assert.notEqual(await page.evaluate(style), "rgb(255, 0, 0)");
      assert.equal(await page.evaluate("window.ran"), undefined);
    });

    it("follows the machine without being reloaded", async () => {
      host.remove("/proc/4242");
      host.put("/proc/1/stat", "1 (init) S 0 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 2 0 0");
      await refreshed(page);
      assert.ok(await page.getByText("No MLX process runs here").isVisible());
      assert.match(await page.locator("#problems").innerText(), /is expected, and not running/);
    });
  });

  describe(`with ${manyProcesses} processes`, () => {
    let page: Page;
    let host: MemoryHost;
    let served: ServedPage;
    let elsewhere: readonly string[];
    before(async () => {
      host = manyProcessesHost();
      ({ page, served, elsewhere } = await opened(host));
    });

    it("shows them all in one table, the one worst off first", async () => {
      assert.equal(await page.getByRole("rowheader").count(), manyProcesses);
      assert.equal(await page.getByRole("columnheader", { name: "Tightest limit" }).count(), 1);
      assert.equal((await shownPids(page))[0], worstPid);
      assert.match(await page.locator("#summary").innerText(), /256\s+processes in 40 workloads/);
      await screenshot(page, "light");
    });

    it("opens a process's details by the keyboard alone: Tab reaches them, Enter opens them", async () => {
      const focus = () => page.evaluate<string>("document.activeElement.tagName");
      await page.evaluate("document.activeElement.blur()");
      const stops: string[] = [];
      while (!stops.includes("SUMMARY") && stops.length < 10) {
        await page.keyboard.press("Tab");
        stops.push(await focus());
      }
      assert.deepEqual(stops, ["A", "A", "INPUT", "BUTTON", "SUMMARY"]);
      const outline = "getComputedStyle(document.activeElement).outlineStyle";
      assert.equal(await page.evaluate(outline), "solid", "focus can be seen");
      await page.keyboard.press("Enter");
      const details = page.locator(`[id^="p${worstPid}@"]`);
      assert.equal(await details.getAttribute("open"), "");
      assert.ok(await details.getByText("bound by rlimit_as").isVisible());
    });

    it("skips to the processes for those who ask", async () => {
      await page.evaluate("document.activeElement.blur(); scrollTo(0, 0)");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Tab");
      assert.equal(await page.evaluate("document.activeElement.tagName"), "SUMMARY");
    });

    it("filters by the keyboard alone: / goes to the box, every word must match, Escape shows all", async () => {
      await page.keyboard.press("/");
      await page.keyboard.type("LLAMA critical");
      const texts = await page.locator("#rows tr:visible").allTextContents();
      assert.ok(texts.length > 0 && texts.length < 20);
      assert.ok(texts.every((text) => text.includes("llama") && text.includes("critical")));
      assert.equal(await page.locator("#found").innerText(), `${texts.length} of 256 shown`);
      await page.keyboard.type(" nothing has this");
      assert.equal(await page.locator("#found").innerText(), "no process matches");
      await page.keyboard.press("Escape");
      assert.equal((await shownPids(page)).length, manyProcesses);
      assert.equal(await page.locator("#found").innerText(), "");
    });

    it("takes a / that is typed into the box for text", async () => {
      await page.locator("#filter").focus();
      await page.keyboard.type("models/tiny");
      assert.equal(await page.locator("#filter").inputValue(), "models/tiny");
      await page.keyboard.press("Escape");
    });

    it("keeps filter, focus, open details and the place on the screen when it refreshes", async () => {
      await page.locator("#filter").fill("qwen3");
      const third = page.locator("#rows tr:visible summary").nth(2);
      await third.focus();
      await page.keyboard.press("Enter");
      await page.evaluate("document.activeElement.scrollIntoView({ block: 'center' })");
      const state = `(() => {
        const details = document.activeElement.closest("details");
        return [document.activeElement.tagName, details.id, details.open, Math.round(details.getBoundingClientRect().top)];
      })()`;
      const before = await page.evaluate<unknown[]>(state);
      const pids = await shownPids(page);
      await refreshed(page);
      assert.deepEqual(await page.evaluate(state), before);
      assert.equal(await page.locator("#filter").inputValue(), "qwen3");
      assert.deepEqual(await shownPids(page), pids);
    });

    it("keeps a row where it is under the reader's eyes when another one overtakes it", async () => {
      const details = "document.activeElement.closest('details')";
      const top = `Math.round(${details}.getBoundingClientRect().top)`;
      const before = await page.evaluate(top);
      const last = (await shownPids(page)).at(-1) ?? 0;
      setHeadroomRatio(host, last, 0.001);
      await refreshed(page);
      assert.equal((await shownPids(page))[0], last);
      assert.equal(await page.evaluate(top), before);
      await page.locator("#filter").fill("");
    });

    it("keeps the reader's place on the screen when nothing has focus", async () => {
      await page.evaluate("document.activeElement.blur(); scrollTo(0, 3000)");
      await page.evaluate(
        "document.querySelectorAll('details').forEach((each) => (each.open = false))",
      );
      const before = await page.evaluate("scrollY");
      await refreshed(page);
      assert.equal(await page.evaluate("scrollY"), before);
    });

    it("puts focus at the head of the table when the process that had it ends", async () => {
      await page.locator("#rows summary").nth(5).focus();
      host.remove(`/proc/${(await shownPids(page))[5] ?? ""}`);
      await refreshed(page);
      assert.equal(await page.evaluate("document.activeElement.id"), "processes");
    });

    it("has enough contrast for every text, in the light and in the dark", async () => {
      await page.locator("#rows summary").first().click();
      await page.evaluate("scrollTo(0, 0)");
      assert.deepEqual(await textsOfLowContrast(page), []);
      await page.emulateMedia({ colorScheme: "dark" });
      const body = "getComputedStyle(document.body).backgroundColor";
      assert.notEqual(await page.evaluate(body), "rgb(255, 255, 255)");
      assert.deepEqual(await textsOfLowContrast(page), []);
      await screenshot(page, "dark");
    });

    it("moves nothing of its own accord", async () => {
      assert.equal(await page.evaluate("document.getAnimations().length"), 0);
    });

    for (const width of [1100, 900, 600, 390, 320]) {
      it(`fits a window of ${width} px without scrolling sideways, workload and tightest limit shown`, async () => {
        await page.setViewportSize({ width, height: 844 });
        const excess = await pixelsTooWide(page);
        assert.ok(excess <= 0, `${excess} px too wide`);
        const row = page.locator("#rows tr").nth(1);
        assert.ok((await row.locator("th").innerText()).includes(":"));
        assert.match(await row.locator("td:nth-child(3)").innerText(), /critical\s+.*memory left/);
        await screenshot(page, `${width}-px`);
      });
    }

    it("does not ask while it is paused, and says so", async () => {
      await page.setViewportSize({ width: 1280, height: 850 });
      await page.emulateMedia({ colorScheme: "light" });
      await page.getByRole("button", { name: "Pause" }).click();
      assert.equal(await page.locator("#rhythm").innerText(), "paused");
      const before = served.requests();
      await page.clock.runFor(4 * refreshMilliseconds);
      await later(page, () => page.getByRole("button", { name: "Refresh again" }).click());
      assert.equal(served.requests() - before, 1);
      assert.equal(await page.locator("#rhythm").innerText(), "refreshed every 5 seconds");
    });

    it("does not ask while nobody looks, and asks at once when somebody does again", async () => {
      const show = (hidden: boolean) =>
        page.evaluate(
          `Object.defineProperty(document, "hidden", { configurable: true, value: ${String(hidden)} });
           document.dispatchEvent(new Event("visibilitychange"))`,
        );
      await show(true);
      const before = served.requests();
      await page.clock.runFor(4 * refreshMilliseconds);
      await later(page, () => show(false));
      assert.equal(served.requests() - before, 1);
    });

    it("leaves text alone that somebody has marked, to copy it", async () => {
      await page.evaluate("getSelection().selectAllChildren(document.querySelector('#rows td'))");
      const before = served.requests();
      await page.clock.runFor(4 * refreshMilliseconds);
      assert.equal(await page.locator("#rhythm").innerText(), "waits while text is selected");
      await page.evaluate("getSelection().removeAllRanges()");
      await refreshed(page);
      assert.equal(served.requests() - before, 1);
    });

    it("says that the exporter went silent, asks for one page at a time, and recovers", async () => {
      served.behave("hang");
      const before = served.requests();
      const alert = page.getByRole("alert");
      await page.clock.runFor(2 * refreshMilliseconds);
      assert.equal(await alert.innerText(), "", "it is patient for 10 s");
      await page.clock.runFor(refreshMilliseconds);
      await alert.getByText(/The exporter has not answered since \d/).waitFor();
      assert.equal(served.requests() - before, 1);
      assert.match(await page.title(), /no answer/);
      assert.equal((await shownPids(page)).length, manyProcesses - 1, "what was known stays");
      await screenshot(page, "silent");
      served.behave("answer");
      await refreshed(page);
      assert.equal(await alert.innerText(), "");
      assert.doesNotMatch(await page.title(), /no answer/);
    });

    it("says so too when the exporter answers with an error", async () => {
      served.behave("fail");
      await page.clock.runFor(refreshMilliseconds);
      await page
        .getByRole("alert")
        .getByText(/has not answered/)
        .waitFor();
      served.behave("answer");
      await refreshed(page);
    });

    it("has asked nobody but its exporter", () => {
      assert.deepEqual(elsewhere, []);
    });
  });

  it("holds everything without scripts, details included, and offers no filter that would not work", async () => {
    const { page } = await opened(manyProcessesHost(), { javaScriptEnabled: false });
    assert.equal(await page.locator("#rows > tr").count(), manyProcesses);
    await page.locator("#rows summary").first().click();
    assert.ok(await page.locator("#rows").getByText("bound by rlimit_as").first().isVisible());
    assert.equal(await page.locator("#filter").isVisible(), false);
    assert.ok(await page.getByText("Without its script").isVisible());
  });
});
