import type { ProfileResource } from "../../catalog/profile-resources.ts";
import { checkData } from "../../model/document.ts";
import {
  lineSchema,
  recordingFormat,
  recordingVersion,
  type RecordingHeader,
  type RecordingLine,
} from "../../model/recording.ts";
import type { Run } from "../../model/run.ts";
import { UserError } from "../../model/user-error.ts";
import { createRunReader, type RunReader } from "./read-run.ts";

/** A line is longer than this only where there are no lines. */
const longestLine = 4 * 1024 * 1024;
const lineFeed = 10;

/** Takes a recording piece by piece; what is wrong with it is thrown as a UserError with file and line. */
export interface RecordingParser {
  add(bytes: Buffer): void;
  /** Known as soon as the first line is. */
  header(): RecordingHeader | undefined;
  /** Undefined when not even the first line is whole. */
  finish(): Run<ProfileResource> | undefined;
}

/**
 * JSON Lines → a run. A last line without a line feed was cut off when the recording was interrupted, and is left out;
 * any other line that is not as it should be makes the whole recording useless, for nobody knows what else is wrong.
 */
export function createRecordingParser(path: string, name: string): RecordingParser {
  let rest = Buffer.alloc(0);
  let line = 0;
  let time = 0;
  let header: RecordingHeader | undefined;
  let reader: RunReader | undefined;

  const wrong = (detail: string): UserError =>
    new UserError("bad-recording", { path, line: String(line), detail });

  function addLine(text: string): void {
    line += 1;
    if (text.trim() === "") return;
    const parsed = parse(text);
    if (parsed === undefined) throw wrong("this is not JSON");
    if (reader === undefined) {
      header = headerOf(parsed);
      reader = createRunReader(name, header);
      return;
    }
    const checked = check(parsed);
    if (checked.kind === "header")
      throw wrong("a second recording begins here, and a file holds one");
    if (checked.kind === "sample") {
      if (checked.t < time)
        throw wrong(`time runs backwards here, from ${time} s to ${checked.t} s`);
      time = checked.t;
    }
    reader.add(checked);
  }

  function headerOf(parsed: unknown): RecordingHeader {
    const { format, version } = Object(parsed) as Readonly<Record<string, unknown>>;
    if (format !== recordingFormat) throw wrong("this is not the head of a recording");
    if (version !== recordingVersion)
      throw new UserError("recording-version", {
        path,
        version: JSON.stringify(version ?? null).slice(0, 40),
        known: String(recordingVersion),
      });
    const checked = check(parsed);
    if (checked.kind !== "header") throw wrong("this is not the head of a recording");
    return checked;
  }

  function check(parsed: unknown): RecordingLine {
    const checked = checkData(lineSchema, parsed);
    if ("value" in checked) return checked.value;
    const [first] = checked.findings;
    const where =
      first === undefined || first.path.length === 0 ? "the line" : first.path.join(".");
    throw wrong(`this is no line of a recording: '${where}' is not as it should be`);
  }

  return {
    add(bytes) {
      let from = 0;
      for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, from)) {
        const piece = bytes.subarray(from, at);
        addLine((rest.length === 0 ? piece : Buffer.concat([rest, piece])).toString("utf8"));
        rest = Buffer.alloc(0);
        from = at + 1;
      }
      rest = Buffer.concat([rest, bytes.subarray(from)]);
      if (rest.length > longestLine) {
        line += 1;
        throw wrong("this line is too long for a recording");
      }
    },
    header: () => header,
    finish() {
      const cut = rest.toString("utf8");
      // What is a whole line lacks nothing but its line feed.
      const whole = cut.trim() === "" || isWhole(cut);
      if (whole && cut.trim() !== "") addLine(cut);
      return reader?.finish(whole);
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isWhole(text: string): boolean {
  return parse(text) !== undefined;
}
