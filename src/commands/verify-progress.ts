import type { Output } from "../model/command.ts";
import type { Host } from "../model/host.ts";

/** Nobody wonders before that. */
const patienceSeconds = 2;
const betweenLinesSeconds = 15;

export interface VerifyProgress {
  /** One check is done. */
  readonly step: () => void;
  /** All are: the terminal is given back. */
  readonly stop: () => void;
}

/** Shows how far checks are when they take a while: a bar on a terminal, a line now and then elsewhere. */
export function verifyProgress(total: number, host: Host, output: Output): VerifyProgress {
  const start = host.clock.monotonicSeconds();
  let done = 0;
  let said = -Infinity;
  let bar: ReturnType<Host["progressBar"]>;
  const show = () => {
    const now = host.clock.monotonicSeconds();
    if (now - start < patienceSeconds) return;
    const text = `${done} of ${total} checks done`;
    bar ??= host.progressBar(total);
    bar?.update(done, text);
    if (bar !== undefined || now - said < betweenLinesSeconds) return;
    said = now;
    output.stderr(`${text} …\n`);
  };
  const cancel = host.clock.every(1, show);
  return {
    step: () => {
      done++;
    },
    stop: () => {
      cancel();
      bar?.stop();
    },
  };
}
