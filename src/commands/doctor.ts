import { examine } from "../exporter/doctor.ts";
import type { Command } from "../model/command.ts";
import { exporterFlags, exporterOptions } from "./exporter-options.ts";

const marks = { good: "ok  ", note: "note", bad: "FAIL" } as const;

/** Says what works on this machine, what does not and why, and what its platform enforces. */
export const doctorCommand: Command = {
  name: "doctor",
  summary:
    "Say what can be read on this machine, what cannot and why, and which limits it enforces.",
  options: {
    format: {
      type: "string",
      value: "FORMAT",
      default: "text",
      choices: ["text", "json"],
      help: "text or json.",
    },
    report: {
      type: "string",
      value: "DIR",
      help: "Also write a folder with what the system's commands printed, nothing of other programs and no names in it; on macOS it can become a fixture of this project.",
    },
    ...exporterFlags,
  },
  examples: [
    {
      line: "mlx-headroom doctor",
      says: "Look for a few seconds. Exit code 1 when something does not work.",
    },
    {
      line: "mlx-headroom doctor --report mac-report",
      says: "And write what was seen, redacted: read it, then attach it to an issue.",
    },
  ],
  async run(call, host, output) {
    const options = exporterOptions("doctor", call, host);
    output.stderr("Looking for a few seconds…\n");
    const { findings, report } = await examine(host, options);
    const folder = call.options["report"];
    if (typeof folder === "string") {
      host.writer.writeAll(folder, report);
      output.stderr(
        `Wrote ${report.length} files to ${folder}. Read them before you share them.\n`,
      );
    }
    if (call.options["format"] === "json")
      output.stdout(`${JSON.stringify({ findings }, undefined, 2)}\n`);
    else
      output.stdout(
        findings.map(({ level, about, says }) => `${marks[level]}  ${about}: ${says}\n`).join(""),
      );
    return findings.some(({ level }) => level === "bad") ? 1 : 0;
  },
};
