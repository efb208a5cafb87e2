import type { Output } from "../model/command.ts";
import type { Host } from "../model/host.ts";

/** Where a person follows a recording: a bar on a terminal, a line now and then elsewhere. */
export interface Screen {
  show(done: number, text: string): void;
  say(line: string): void;
  stop(): void;
}

/** Seconds, or queries. */
const betweenLines = 10;

/** `total` is seconds, or whatever `unit` says. */
export function openScreen(host: Host, output: Output, total: number, unit = "s"): Screen {
  const bar = host.progressBar(Math.ceil(total));
  let next = 0;
  const progress = (done: number) => `${Math.round(done)} of ${Math.round(total)} ${unit}`;
  const line = (text: string) => {
    output.stderr(`${text}\n`);
  };
  if (bar !== undefined) {
    return {
      show(done, text) {
        bar.update(done, `${progress(done)}: ${text}`);
      },
      say(text) {
        bar.say(text);
      },
      stop() {
        bar.stop();
      },
    };
  }
  return {
    show(done, text) {
      if (done < next) return;
      next = done + betweenLines;
      line(`${progress(done)}: ${text}`);
    },
    say: line,
    stop: () => undefined,
  };
}
