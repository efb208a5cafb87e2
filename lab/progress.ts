/** Tells a person what is being done, step by step; anything over two seconds shows that it is alive. */
export interface Progress {
  begin(title: string): Step;
}

/** One step under way; it ends once, in one of three ways. */
export interface Step {
  /** What the step is at just now. */
  readonly update: (detail: string) => void;
  done(result?: string): void;
  /** It cannot be had here, and the rest goes on; without a word when whoever asked for it will say why. */
  without(why?: string): void;
  failed(why: string): void;
}

const lifeSignAfterMs = 2_000;
const lifeSignEveryMs = 15_000;
const redrawEveryMs = 200;

/** Progress that can be told to say no more, because what it tells of is being stopped. */
export interface PrintedProgress extends Progress {
  readonly silence: () => void;
}

/** Prints each step on a line of its own; on a terminal a slow step's line counts the seconds in place. */
export function printedProgress(
  out: NodeJS.WriteStream = process.stdout,
  options: { readonly slowStepsOnly?: boolean } = {},
): PrintedProgress {
  const terminal = out.isTTY;
  const colour = terminal && !process.env["NO_COLOR"];
  let silent = false;
  return {
    silence: () => (silent = true),
    begin(title) {
      const began = performance.now();
      let detail = "";
      let nextSignAt = lifeSignAfterMs;
      const timer = setInterval(() => {
        const elapsed = performance.now() - began;
        if (silent || elapsed < nextSignAt) return;
        nextSignAt = terminal ? elapsed : elapsed + lifeSignEveryMs;
        const line = `  ...   ${title}${detail && `: ${detail}`} (${Math.floor(elapsed / 1000)} s)`;
        out.write(terminal ? `\r\x1b[K${line.slice(0, (out.columns || 80) - 1)}` : `${line}\n`);
      }, redrawEveryMs);
      timer.unref();
      const end = (mark: string, code: string, text: string | undefined) => {
        clearInterval(timer);
        if (silent) return;
        const elapsed = performance.now() - began;
        if (terminal && nextSignAt !== lifeSignAfterMs) out.write("\r\x1b[K");
        if (text === undefined) return;
        if (options.slowStepsOnly && mark === "ok" && elapsed < lifeSignAfterMs) return;
        const painted = colour ? `\x1b[${code}m${mark}\x1b[0m` : mark;
        const padding = " ".repeat(6 - mark.length);
        out.write(`  ${painted}${padding}${title}${text && `: ${text}`} (${seconds(elapsed)})\n`);
      };
      return {
        update: (text) => (detail = text),
        done: (result = "") => {
          end("ok", "32", result);
        },
        without: (why) => {
          end("--", "33", why);
        },
        failed: (why) => {
          end("fail", "31", why);
        },
      };
    },
  };
}

/** Seconds as people read them. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
