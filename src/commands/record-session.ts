import type { Exporter } from "../exporter/exporter.ts";
import {
  createLiveFigures,
  type EndReason,
  type Load,
  type Recorder,
} from "../generator/record.ts";
import type { Seen } from "../generator/record.ts";
import type { ChildCommand } from "../model/child-command.ts";
import type { Clock } from "../model/host.ts";
import { pause } from "../model/pause.ts";
import type { View } from "../model/view.ts";
import type { Screen } from "./record-screen.ts";

/** What is under way while samples are taken. */
export interface Session {
  readonly clock: Clock;
  readonly exporter: Exporter;
  readonly select: (view: View) => Seen;
  readonly recorder: Recorder;
  readonly screen: Screen;
  /** Seconds. */
  readonly duration: number;
  readonly interval: number;
  readonly signal: AbortSignal;
  readonly child?: ChildCommand;
  readonly load?: Load;
  readonly loadCommand?: ChildCommand;
}

/** A server that restarts is there again within this; one that is not has ended. */
const goneSeconds = 10;

/** Takes samples until there is a reason to end. */
export async function takeSamples(session: Session): Promise<EndReason> {
  const { clock, exporter, select, recorder, screen, duration, interval, signal } = session;
  const { child, load, loadCommand } = session;
  const live = createLiveFigures();
  let begun = false;
  let lastThere = 0;
  for (let count = 1; ; count++) {
    if (child?.ended() !== undefined) return "command_ended";
    if (!begun && load?.begun() === true) {
      begun = true;
      recorder.note("load_started");
    }
    const sample = recorder.sample(select(await exporter.look()), load?.line);
    screen.show(sample.t, live.show(sample, load?.line(sample.t)));
    if (sample.processes.length > 0) lastThere = sample.t;
    if (signal.aborted) return "interrupted";
    if (loadCommand?.ended() !== undefined) return "command_ended";
    if (sample.t - lastThere >= goneSeconds) return "workload_gone";
    if (sample.t >= duration) return "duration";
    await waitUntil(Math.min(count * interval, duration));
  }

  /** Seconds of the recording. Events of the kernel are looked at every second, however far apart the samples are. */
  async function waitUntil(due: number): Promise<void> {
    while (!signal.aborted && child?.ended() === undefined) {
      const left = due - recorder.now();
      if (left <= 0) return;
      await pause(clock, Math.min(left, 1), signal);
      if (left > 1) await exporter.tick();
    }
  }
}
