import type { Watcher } from "../generator/verifying.ts";
import type { Output } from "../model/command.ts";
import type { Host } from "../model/host.ts";

/** Nobody wonders before that. */
const patienceSeconds = 2;
const betweenLinesSeconds = 15;

/** Shows how far checks are when they take a while: a bar on a terminal, a line now and then elsewhere. */
export function verifyProgress(host: Host, output: Output): Watcher {
  let began = 0;
  let total = 0;
  let cancel: () => void = () => undefined;
  let done = 0;
  let said = -Infinity;
  let bar: ReturnType<Host["progressBar"]>;
  const show = () => {
    const now = host.clock.monotonicSeconds();
    if (now - began < patienceSeconds) return;
    const text = `${done} of ${total} checks done`;
    bar ??= host.progressBar(total);
    bar?.update(done, text);
    if (bar !== undefined || now - said < betweenLinesSeconds) return;
    said = now;
    output.stderr(`${text} …\n`);
  };
  return {
    start: (checks) => {
      total = checks;
      began = host.clock.monotonicSeconds();
      cancel = host.clock.every(1, show);
    },
    step: () => {
      done++;
    },
    stop: () => {
      cancel();
      bar?.stop();
    },
  };
}
