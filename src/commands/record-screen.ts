import type { Output } from "../model/command.ts";
import type { Host } from "../model/host.ts";

/** Where a person follows a recording: a bar on a terminal, a line now and then elsewhere. */
export interface Screen {
  show(seconds: number, text: string): void;
  say(line: string): void;
  stop(): void;
}

const betweenLines = 10;

export function openScreen(host: Host, output: Output, duration: number): Screen {
  const bar = host.progressBar(Math.ceil(duration));
  let next = 0;
  const time = (seconds: number) => `${Math.round(seconds)} of ${Math.round(duration)} s`;
  const line = (text: string) => {
    output.stderr(`${text}\n`);
  };
  if (bar !== undefined) {
    return {
      show(seconds, text) {
        bar.update(seconds, `${time(seconds)}: ${text}`);
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
    show(seconds, text) {
      if (seconds < next) return;
      next = seconds + betweenLines;
      line(`${time(seconds)}: ${text}`);
    },
    say: line,
    stop: () => undefined,
  };
}
