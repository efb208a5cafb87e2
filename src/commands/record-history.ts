import {
  createHistoryReader,
  historyQueries,
  recordingPath,
  stretches,
  type HistoryAnswer,
} from "../generator/record.ts";
import type { AppendFile } from "../model/append-file.ts";
import type { Call, Output } from "../model/command.ts";
import type { Host } from "../model/host.ts";
import type { RecordingLine } from "../model/recording.ts";
import { UserError } from "../model/user-error.ts";
import { durationOf } from "./duration.ts";
import { headerFrom, whose } from "./history-header.ts";
import { PrometheusProblem, prometheusOf } from "./prometheus-door.ts";
import { openScreen } from "./record-screen.ts";
import type { Subject } from "./record-subject.ts";

/** Makes a recording from what a Prometheus keeps: the same lines, as coarse as its step. */
export async function recordHistory(
  subject: Subject,
  call: Call,
  host: Host,
  output: Output,
): Promise<number> {
  const stopping = new AbortController();
  host.onStop(() => {
    stopping.abort();
  });
  const { signal } = stopping;
  const prometheus = prometheusOf(call, host, signal);
  const range = durationOf("record", call, "range") ?? 0;
  const step = durationOf("record", call, "step") ?? 0;
  const parts = stretches(host.clock.unixSeconds(), range, step);
  const [first, last] = [parts[0], parts.at(-1)];
  if (range < step || first === undefined || last === undefined) {
    const detail = "--range must not be shorter than --step.";
    throw new UserError("bad-usage", { command: "record", detail });
  }
  const { workload, scenario } = subject;
  let file: AppendFile | undefined;
  const write = (line: RecordingLine) => file?.append(`${JSON.stringify(line)}\n`);
  const reader = createHistoryReader(first.start, step);
  let t = 0;
  try {
    const asked = await whose(workload, call, prometheus, range, last.end);
    const header = await headerFrom(subject, asked, prometheus, { range, step, end: last.end });
    const out = String(call.options["out"]);
    file = host.appendTo(recordingPath(out, workload, scenario, host.clock.unixSeconds()));
    write({ ...header, started: first.start });
    const queries = historyQueries(asked);
    const screen = openScreen(host, output, parts.length * queries.length, "queries");
    const warned = new Set<string>();
    try {
      for (const [at, part] of parts.entries()) {
        const answers: HistoryAnswer[] = [];
        for (const { key, expression } of queries) {
          const { series, warnings } = await prometheus.range(expression, part, step);
          answers.push({ key, series });
          screen.show(at * queries.length + answers.length, `${reader.known()} samples`);
          for (const warning of warnings) {
            if (warned.has(warning)) continue;
            warned.add(warning);
            screen.say(`The history may be incomplete: ${prometheus.url} warns: ${warning}`);
            write({ kind: "note", t, note: "partial_data", detail: warning });
          }
        }
        for (const line of reader.lines(part, answers)) write(line);
        t = part.end - first.start;
      }
    } finally {
      screen.stop();
    }
    if (reader.withProcesses() === 0)
      throw new UserError("no-history", { url: prometheus.url, workload });
    write(endOf(t, "duration", reader.neverSeen()));
  } catch (error) {
    if (file !== undefined)
      tryTo(() => write(endOf(t, signal.aborted ? "interrupted" : "error", [])));
    if (signal.aborted && file !== undefined) {
      output.stdout(`${file.path}\n`);
      return 0;
    }
    if (!(error instanceof PrometheusProblem)) throw error;
    const facts = { url: prometheus.url, detail: error.message, path: file?.path ?? "" };
    throw new UserError("prometheus-failed", facts, { cause: error });
  } finally {
    file?.close();
  }
  output.stdout(`${file.path}\n`);
  return 0;
}

function endOf(
  t: number,
  reason: "duration" | "interrupted" | "error",
  absent: readonly string[],
): RecordingLine {
  const unavailable = Object.fromEntries(absent.map((name) => [name, "not_measured"]));
  return { kind: "end", t, reason, ...(absent.length > 0 && { unavailable }) };
}

function tryTo(work: () => void): void {
  try {
    work();
  } catch {
    // The disk is full: what went wrong first is what is said.
  }
}
