import { chromium, type Browser } from "playwright-core";
import { unavailable, type Available } from "./available.ts";
import { findExecutable } from "./find-executable.ts";

/** Starts the system's own Chromium without a window; none is ever downloaded. */
export async function startBrowser(): Promise<Available<{ readonly browser: Browser }>> {
  const executablePath = findExecutable("chromium", "chromium-browser", "google-chrome");
  if (executablePath === undefined) return unavailable("Chromium is not installed");
  const args = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
  ];
  return { kind: "ready", browser: await chromium.launch({ executablePath, args }) };
}
