import cliProgress from "cli-progress";
import type { ProgressBar } from "../model/progress-bar.ts";

/** A bar on stderr; undefined where that is no terminal, or one that cannot move its cursor. */
export function progressBar(total: number): ProgressBar | undefined {
  if (!process.stderr.isTTY || process.env["TERM"] === "dumb") return undefined;
  const bars = new cliProgress.MultiBar(
    {
      format: "{bar} {text}",
      barsize: 20,
      hideCursor: true,
      stream: process.stderr,
      fps: 4,
      // Ctrl-C is the command's own business: it ends the recording well.
      gracefulExit: false,
      autopadding: true,
    },
    cliProgress.Presets.rect,
  );
  const bar = bars.create(total, 0, { text: "" });
  return {
    update(done, text) {
      bar.update(Math.min(done, total), { text });
    },
    say(line) {
      bars.log(`${line}\n`);
    },
    stop() {
      bars.stop();
    },
  };
}
