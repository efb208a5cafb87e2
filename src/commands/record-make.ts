import type { Exporter } from "../exporter/exporter.ts";
import type { Software } from "../exporter/software.ts";
import {
  createRecorder,
  recordingPath,
  startLoad,
  type EndReason,
  type LoadPlan,
  type Recorder,
  type Seen,
} from "../generator/record.ts";
import type { ChildCommand } from "../model/child-command.ts";
import type { Output } from "../model/command.ts";
import type { Host, MachineFacts } from "../model/host.ts";
import { UserError } from "../model/user-error.ts";
import type { View } from "../model/view.ts";
import { headerOf } from "./record-header.ts";
import { graceSeconds } from "./record-grace.ts";
import type { LivePlan } from "./record-plan.ts";
import { openScreen } from "./record-screen.ts";
import { takeSamples } from "./record-session.ts";
import type { Started } from "./record-target.ts";
import { announcement, complaint, doubts } from "./record-verdict.ts";

/** What is looked at, and through what. */
export interface Looking {
  readonly exporter: Exporter;
  readonly select: (view: View) => Seen;
  readonly first: Seen;
  /** Aborted when the user wants no more. */
  readonly signal: AbortSignal;
  readonly facts: MachineFacts | undefined;
  readonly software: Software;
  readonly started?: Started;
}

/** Writes one recording, with its load, and says what came of it. */
export async function makeRecording(
  plan: LivePlan,
  looking: Looking,
  host: Host,
  output: Output,
): Promise<number> {
  const { subject, interval, duration } = plan;
  const load = plan.load && withUrl(plan.load, looking.first);
  const header = headerOf(plan, looking.first, looking.facts, load, looking.software);
  const { workload, scenario } = subject;
  const wanted = recordingPath(plan.out, workload, scenario, host.clock.unixSeconds());
  const file = host.appendTo(wanted);
  const screen = openScreen(host, output, duration);
  let loadChild: ChildCommand | undefined;
  let asking: ReturnType<typeof startLoad> | undefined;
  let recorder: Recorder;
  let reason: EndReason;
  try {
    const write = (line: object) => {
      file.append(`${JSON.stringify(line)}\n`);
    };
    recorder = createRecorder(write, host.clock, header);
    for (const line of announcement(plan, load, file.path)) screen.say(line);
    if (plan.loadCommand !== undefined) {
      loadChild = await host.startCommand(["sh", "-c", plan.loadCommand]);
      recorder.note("load_started");
    }
    asking = load && startLoad(host, load);
    reason = await ending(recorder, async () => {
      const { exporter, select, signal, started } = looking;
      const reason = await takeSamples({
        ...{ clock: host.clock, exporter, select, recorder, screen, duration, interval, signal },
        ...(started && { child: started.child }),
        ...(asking && { load: asking }),
        ...(loadChild && { loadCommand: loadChild }),
      });
      await asking?.stop();
      if (asking?.begun() === true || loadChild !== undefined) recorder.note("load_ended");
      return reason;
    });
  } finally {
    screen.stop();
    await asking?.stop();
    await loadChild?.stop(graceSeconds);
    file.close();
  }
  output.stdout(`${file.path}\n`);
  const seconds = recorder.now();
  const done = asking?.line(seconds);
  const wrong = complaint(
    plan,
    reason,
    { path: file.path, seconds, done, load, asking, loadChild },
    looking.started,
  );
  if (wrong !== undefined) throw wrong;
  for (const doubt of doubts(plan, recorder.growth(), done)) output.stderr(`${doubt}\n`);
  return 0;
}

/** Writes the last line whatever happens, as far as lines can still be written. */
async function ending(recorder: Recorder, work: () => Promise<EndReason>): Promise<EndReason> {
  try {
    const reason = await work();
    recorder.end(reason);
    return reason;
  } catch (error) {
    try {
      recorder.end("error");
    } catch {
      // The disk is full: what went wrong first is what is said.
    }
    throw error;
  }
}

/** The load with its address: by default where the recorded server says that it listens. */
function withUrl(load: NonNullable<LivePlan["load"]>, { processes }: Seen): LoadPlan {
  if (load.url !== undefined) return { ...load, url: load.url };
  const port = processes.map(({ process }) => process.port).find((one) => one !== undefined);
  if (port !== undefined) return { ...load, url: `http://127.0.0.1:${port}` };
  const detail = "--url is missing: no recorded process says on its command line where it listens.";
  throw new UserError("bad-usage", { command: "record", detail });
}
