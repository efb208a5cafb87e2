import { readFileSync, readdirSync } from "node:fs";
import { Agent, get } from "node:http";

/** One exporter under measurement: its main process, and where it answers. */
export interface Peer {
  readonly name: string;
  readonly pid: number;
  readonly url: string;
}

/** What a number of scrapes cost. Times are milliseconds, memory is MiB. */
export interface Cost {
  readonly scrapes: number;
  readonly cpuPerScrape: number;
  readonly cpu: number;
  readonly p50: number;
  readonly p99: number;
  readonly payload: number;
  readonly main: number;
  readonly all: number;
}

// As Prometheus does: one connection kept from scrape to scrape, text or OpenMetrics, compressed.
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const headers = {
  accept:
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
  "accept-encoding": "gzip",
  "user-agent": "Prometheus/2.42.0",
};

/**
 * One scrape: how long it took in milliseconds, and how many bytes came. A kept connection that the server has just
 * closed is no failure, and one more is made, as Prometheus's client does.
 */
export async function scrape(
  url: string,
): Promise<{ readonly took: number; readonly bytes: number }> {
  try {
    return await ask(url);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ECONNRESET") throw error;
    return ask(url);
  }
}

function ask(url: string): Promise<{ readonly took: number; readonly bytes: number }> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    get(url, { agent, headers }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => (bytes += chunk.length));
      response.on("end", () => {
        if (response.statusCode === 200) resolve({ took: performance.now() - began, bytes });
        else reject(new Error(`${url} answered ${String(response.statusCode)}`));
      });
    }).on("error", reject);
  });
}

/** Scrapes every peer in turn, `count` times, so that all of them see the same machine. */
export async function scrapeInTurn(
  peers: readonly Peer[],
  count: number,
  pauseMs: number,
): Promise<readonly Cost[]> {
  const before = peers.map(({ pid }) => cpuMs(pid));
  const taken = peers.map((): { took: number; bytes: number }[] => []);
  for (let round = 0; round < count; round++) {
    for (const [index, peer] of peers.entries()) {
      taken[index]?.push(await scrape(peer.url));
      await sleep(pauseMs);
    }
  }
  return peers.map(({ pid }, index) => {
    const cpu = cpuMs(pid) - (before[index] ?? 0);
    const took = (taken[index] ?? []).map((one) => one.took).sort((a, b) => a - b);
    const { main, all } = memoryMiB(pid);
    return {
      scrapes: count,
      cpu,
      cpuPerScrape: cpu / count,
      p50: took[Math.floor(took.length / 2)] ?? NaN,
      p99: took[Math.min(took.length - 1, Math.floor(took.length * 0.99))] ?? NaN,
      payload: Math.max(...(taken[index] ?? []).map((one) => one.bytes)),
      main,
      all,
    };
  });
}

/** CPU of a process and its descendants so far, those it has waited for included, from /proc/PID/stat. */
export function cpuMs(pid: number): number {
  return family(pid).reduce((sum, member) => {
    const fields = statFields(member);
    // utime, stime; and for the main process cutime and cstime. Clock ticks of 10 ms.
    const ticks = member === pid ? [11, 12, 13, 14] : [11, 12];
    return sum + ticks.reduce((total, index) => total + Number(fields[index] ?? 0), 0) * 10;
  }, 0);
}

/** Resident memory of a process, and of it with its descendants. */
export function memoryMiB(pid: number): { readonly main: number; readonly all: number } {
  const each = family(pid).map((member) => {
    const resident = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${member}/status`, "utf8"))?.[1];
    return Number(resident ?? 0) / 1024;
  });
  return { main: each[0] ?? NaN, all: each.reduce((sum, one) => sum + one, 0) };
}

/** A process and its descendants, itself first. */
export function family(pid: number): readonly number[] {
  const children: number[] = [];
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const text = readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8");
      children.push(...text.trim().split(" ").filter(Boolean).map(Number));
    }
  } catch {
    // It ended between two reads, or the kernel does not list children.
  }
  return [pid, ...children.flatMap(family)];
}

/** Open descriptors of a process. */
export function openFds(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function statFields(pid: number): readonly string[] {
  const text = readFileSync(`/proc/${pid}/stat`, "latin1");
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
