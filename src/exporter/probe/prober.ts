import type { Host } from "../../model/host.ts";
import type { Log } from "../../model/log.ts";
import type { Probe, ProbeResult, ProbeVerdict } from "../../model/probe.ts";
import type { View } from "../../model/view.ts";
import type { WorkloadRule } from "../../model/workload-rule.ts";
import { readBearerToken } from "./bearer-token.ts";
import { questionOf } from "./question.ts";
import { firstDue, isFresh, nextDue } from "./schedule.ts";
import { verdictOf } from "./verdict.ts";

/** Asks workloads for a token, each at its own interval, and remembers what came of it. */
export interface Prober {
  /**
   * Call once a second with the names of the workloads that have a process here: only those are asked. Resolves when
   * every probe that it began has ended.
   */
  tick(running: ReadonlySet<string>): Promise<void>;
  /** The view with the last result of each workload that has a process, unless it is too old to speak of now. */
  withResults(view: View): View;
  /** Other rules: a probe that is new begins, one that is gone ends, one that stayed the same goes on. */
  configure(rules: readonly WorkloadRule[]): void;
  /** Ends what is being asked. */
  close(): void;
}

/** What is known of one workload's probe. */
interface Round {
  readonly workload: string;
  readonly probe: Probe;
  /** Among all probes, which of them it is. */
  readonly index: number;
  /** Absent while the workload has no process. */
  due?: number | undefined;
  /** Present while an answer is awaited. */
  asking?: AbortController | undefined;
  last?: { readonly result: ProbeResult; readonly at: number } | undefined;
  /** When the first of the failures in a row ended; kept while the workload has no process. */
  failingSince?: number | undefined;
}

export function createProber(host: Host, rules: readonly WorkloadRule[], log: Log): Prober {
  let rounds: readonly Round[] = roundsOf(rules, []);
  const warned = new Set<string>();
  const now = () => host.clock.monotonicSeconds();

  async function ask(round: Round): Promise<void> {
    const asking = new AbortController();
    round.asking = asking;
    const start = now();
    try {
      const verdict = await verdictFor(round.probe, asking.signal);
      const at = now();
      if (asking.signal.aborted) return;
      const result = { ...verdict, seconds: at - start };
      tell(round, result, at);
      round.last = { result, at };
    } finally {
      if (round.asking === asking) round.asking = undefined;
    }
  }

  async function verdictFor(probe: Probe, signal: AbortSignal): Promise<ProbeVerdict> {
    const { bearerTokenFile: file, expect } = probe;
    if (file === undefined)
      return verdictOf(await host.exchange(questionOf(probe), signal), expect);
    const read = readBearerToken(host.files, file);
    if ("missing" in read) return { success: false, reason: "token_file", detail: read.missing };
    if (!warned.has(file) && host.files.readableByAll(file)) {
      warned.add(file);
      const advice = "take that right from others with chmod o-r";
      log.write("warn", "every user may read a probe's token file", { file, advice });
    }
    return verdictOf(await host.exchange(questionOf(probe, read.token), signal), expect);
  }

  /** One line when failures begin, and one when they end. */
  function tell(round: Round, result: ProbeResult, at: number): void {
    const { workload, failingSince } = round;
    const seconds = rounded(result.seconds);
    if (result.success) {
      round.failingSince = undefined;
      if (failingSince === undefined) return;
      const failedSeconds = rounded(at - failingSince);
      log.write("info", "a probe succeeds again", { workload, seconds, failedSeconds });
    } else if (failingSince === undefined) {
      round.failingSince = at;
      const { reason, detail } = result;
      const facts = { workload, reason, ...(detail !== undefined && { detail }), seconds };
      log.write("warn", "a probe began to fail", facts);
    }
  }

  return {
    async tick(running) {
      const begun: Promise<void>[] = [];
      for (const round of rounds) {
        if (!running.has(round.workload)) {
          rest(round);
          continue;
        }
        const { intervalSeconds } = round.probe;
        round.due ??= firstDue(now(), intervalSeconds, round.index, rounds.length);
        if (round.asking !== undefined || now() < round.due) continue;
        round.due = nextDue(round.due, intervalSeconds, now());
        begun.push(ask(round));
      }
      await Promise.all(begun);
    },
    withResults(view) {
      const results = new Map(
        rounds.flatMap(({ workload, probe, last }) =>
          last !== undefined && isFresh(last.at, probe.intervalSeconds, now())
            ? [[workload, last.result] as const]
            : [],
        ),
      );
      const workloads = view.workloads.map((workload) => {
        const probe = results.get(workload.name);
        return probe === undefined || workload.processes.length === 0
          ? workload
          : { ...workload, probe };
      });
      return { ...view, workloads };
    },
    configure(next) {
      const before = rounds;
      rounds = roundsOf(next, before);
      for (const round of before) if (!rounds.includes(round)) rest(round);
      warned.clear();
    },
    close() {
      for (const round of rounds) rest(round);
    },
  };
}

/** Nobody is there to be asked: what was seen before speaks of nobody. */
function rest(round: Round): void {
  round.asking?.abort();
  round.asking = undefined;
  round.due = undefined;
  round.last = undefined;
}

/** A round for each rule with a probe; the one there was where nothing about it changed. */
function roundsOf(rules: readonly WorkloadRule[], before: readonly Round[]): readonly Round[] {
  return rules
    .flatMap(({ name, probe }) => (probe === undefined ? [] : [{ workload: name, probe }]))
    .map(({ workload, probe }, index) => {
      const same = before.find((round) => round.workload === workload);
      return same !== undefined && JSON.stringify(same.probe) === JSON.stringify(probe)
        ? same
        : { workload, probe, index };
    });
}

/** To the millisecond: nobody reads more of it in a log. */
function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
