import { readdirSync, readFileSync } from "node:fs";
import type { CommandRun } from "../../src/model/commands.ts";
import { testPath } from "./fixture-host.ts";
import { memoryHost, type MemoryHost, type MemoryHostOptions } from "./memory-host.ts";

/** When the processes of the fixture machines were listed. */
export const macNow = Date.UTC(2026, 9, 1, 13, 2, 20) / 1000;

/**
 * A Mac that answers commands as recorded in `test/fixtures/hosts/NAME/commands/*.txt`; its README says how such a file is
 * written. It belongs to uid 501.
 */
export function fixtureMac(name: string, options: MemoryHostOptions = {}): MemoryHost {
  const host = memoryHost({}, { platform: "darwin", uid: 501, unixSeconds: macNow, ...options });
  const folder = testPath(`fixtures/hosts/${name}/commands`);
  for (const file of readdirSync(folder)) {
    const { line, run } = parseCommandFile(readFileSync(`${folder}/${file}`), file);
    host.setCommand(line, run);
  }
  return host;
}

/** Parses one such file; one that is written wrongly is a mistake in the tests, and throws. */
export function parseCommandFile(
  bytes: Buffer,
  file: string,
): { readonly line: string; readonly run: CommandRun | "hangs" } {
  // One character for each byte: what was printed need not be UTF-8.
  const text = bytes.toString("latin1");
  const start = text.indexOf("\nstdout:\n");
  const head = start < 0 ? text : text.slice(0, start);
  const printed = start < 0 ? "" : text.slice(start + "\nstdout:\n".length);
  const lines = head.split("\n").filter((line) => line !== "" && !line.startsWith("# "));
  const marked = (mark: string) =>
    lines.filter((line) => line.startsWith(`${mark} `)).map((line) => line.slice(2));
  const [line, ...otherLines] = marked("$");
  const [outcome = "", ...otherOutcomes] = marked("=");
  const [, exitCode] = /^exit (\d+)$/.exec(outcome) ?? [];
  const known = lines.every((line) => /^[$=!] /.test(line));
  if (line === undefined || otherLines.length + otherOutcomes.length > 0 || !known)
    throw new Error(`${file} is no recorded command.`);
  if (exitCode !== undefined) {
    const stdout = Buffer.from(printed, "latin1");
    const stderr = marked("!")
      .map((line) => `${line}\n`)
      .join("");
    return { line, run: { kind: "ran", exitCode: Number(exitCode), stdout, stderr } };
  }
  switch (outcome) {
    case "absent":
    case "forbidden":
      return { line, run: { kind: outcome } };
    case "hangs":
      return { line, run: outcome };
    default:
      throw new Error(`${file} does not say how it ended.`);
  }
}
