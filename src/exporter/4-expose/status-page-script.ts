/**
 * The status page's script: a filter, and a refresh that swaps the parts marked `data-live`. It asks for one page at a
 * time, none while nobody looks, and keeps what the reader did: filter, focus, what is open, and where on the screen
 * it stands. Text of the exporter is only ever parsed as a page, in which scripts do not run.
 */
export const pageScript = `
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const input = byId("filter"), pause = byId("pause");
  const now = () => new Date().toLocaleTimeString();
  let busy = false, paused = false, answered = now();

  /** Says something only when it is new: a screen reader would read it aloud again. */
  function say(id, text) { if (byId(id).textContent !== text) byId(id).textContent = text; }

  function filter() {
    const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const rows = [...byId("rows").rows];
    for (const row of rows) {
      const text = [...row.querySelectorAll("summary, td, dd")].map((cell) => cell.textContent.toLowerCase()).join("\\n");
      row.hidden = !words.every((word) => text.includes(word));
    }
    const shown = rows.filter((row) => !row.hidden).length;
    say("found", words.length === 0 ? "" : shown === 0 ? "no process matches" : shown + " of " + rows.length + " shown");
  }

  const onScreen = (element) => { const { top, bottom } = element.getBoundingClientRect(); return bottom > 0 && top < innerHeight; };
  const topOf = (id) => byId(id)?.getBoundingClientRect().top;

  function swap(page) {
    const open = [...document.querySelectorAll("details[open]")];
    const focused = document.activeElement?.closest("[data-live] details");
    const anchor = [...(focused ? [focused] : []), ...open].find(onScreen)?.id;
    const before = anchor === undefined ? undefined : topOf(anchor);
    const { scrollX, scrollY } = window;
    for (const part of document.querySelectorAll("[data-live]")) part.replaceWith(page.getElementById(part.id) ?? part);
    for (const { id } of open) if (byId(id)) byId(id).open = true;
    filter();
    if (focused) (byId(focused.id)?.querySelector("summary") ?? byId("processes")).focus({ preventScroll: true });
    const after = anchor === undefined ? undefined : topOf(anchor);
    scrollTo(scrollX, scrollY + (after === undefined ? 0 : after - before));
  }

  async function refresh() {
    const selecting = byId("view").contains(getSelection().anchorNode) && !getSelection().isCollapsed;
    say("rhythm", paused ? "paused" : selecting ? "waits while text is selected" : "refreshed every 5 seconds");
    if (busy || paused || selecting || document.hidden) return;
    busy = true;
    const patience = new AbortController();
    const end = setTimeout(() => patience.abort(), 10000);
    try {
      const answer = await fetch(location.pathname, { signal: patience.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!paused) swap(page);
      answered = now();
      say("stale", "");
      document.title = page.title;
    } catch {
      say("stale", "The exporter has not answered since " + answered + ": the figures above are as old as that.");
      document.title = "(no answer) mlx-headroom";
    }
    clearTimeout(end);
    busy = false;
  }

  pause.addEventListener("click", () => { paused = !paused; say("pause", paused ? "Refresh again" : "Pause"); refresh(); });
  input.addEventListener("input", filter);
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && event.target !== input) { event.preventDefault(); input.focus(); input.select(); }
    if (event.key === "Escape" && event.target === input) { input.value = ""; filter(); }
  });
  document.addEventListener("visibilitychange", refresh);
  byId("tools").hidden = false;
  byId("still").hidden = true;
  filter();
  say("rhythm", "refreshed every 5 seconds");
  setInterval(refresh, 5000);
})();
`;
