import { createRecordingParser } from "../../../src/generator/2-profile/parse-recording.ts";
import type { ProfileRun } from "../../../src/generator/profiling.ts";
import type { RecordingLine } from "../../../src/model/recording.ts";
import { jsonLines, madeRecording } from "../../support/recordings.ts";

/** Lines as the run that a file of them is read as. */
export function runOf(name: string, lines: readonly RecordingLine[]) {
  const parser = createRecordingParser(`recordings/${name}`, name);
  parser.add(Buffer.from(jsonLines(lines)));
  const run = parser.finish();
  if (run === undefined) throw new Error(`${name} holds nothing`);
  return run;
}

/** A whole set of recordings, as a team would make it. */
export const wholeSet: readonly ProfileRun[] = [
  runOf(
    "chat-import.jsonl",
    madeRecording({ seed: 1, samples: 60, scenario: "import", level: 2.2 }),
  ),
  runOf("chat-idle.jsonl", madeRecording({ seed: 2, samples: 300, scenario: "idle", level: 8 })),
  ...[3, 4, 5].map((seed) =>
    runOf(
      `chat-average-${seed}.jsonl`,
      madeRecording({ seed, samples: 900, scenario: "average", starts: true }),
    ),
  ),
  runOf(
    "chat-edge.jsonl",
    madeRecording({
      seed: 6,
      samples: 400,
      scenario: "edge:long-context",
      level: 14.9,
      limit: 15.625,
    }),
  ),
];
