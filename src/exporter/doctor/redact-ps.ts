import type { MlxProcess } from "../../model/process.ts";

/**
 * Rows of ps, as wide as they were: of MLX processes the command line without its values, of programs that come with the
 * system the program alone, and none of all others.
 */
export function redactPs(text: string, processes: readonly MlxProcess[]): string {
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  return text
    .split("\n")
    .flatMap((line): readonly string[] => {
      // Numbers, three times, a date of 28 bytes, and a short name of sixteen.
      const row =
        /^(\s*(\d+)(?:\s+-?\d+){3}(?:\s+\d+:\d\d\.\d\d){3}(?:\s+\S+){5} {5})(.{16}) (.*)$/.exec(
          line,
        );
      if (row === null) return [];
      const [, numbers = "", pid, shortName = "", command = ""] = row;
      const process = byPid.get(Number(pid));
      if (process !== undefined)
        return [`${numbers}${shortName} ${redactCommand(command, process)}`];
      const system = /^(\/System\/|\/usr\/(bin|sbin|libexec)\/|\/s?bin\/)\S*/.exec(command)?.[0];
      return system === undefined ? [] : [`${numbers}${shortName} ${system}`];
    })
    .map((line) => `${line}\n`)
    .join("");
}

/** Words that say what a program is to do, and never what with. */
const subcommands: ReadonlySet<string> = new Set(
  "serve server launch run runner start generate chat lora convert fuse".split(" "),
);

/** Flags stay, and the program, its module and its subcommand, and the values that discovery shows anyway; nothing else does. */
export function redactCommand(
  command: string,
  { model, port }: Pick<MlxProcess, "model" | "port">,
): string {
  const shown = new Set([model, port === undefined ? undefined : String(port)]);
  // A folder tells of its owner, and its name of nothing that is read.
  const shorter = (word: string) =>
    word === model ? word.replace(/^[/~].*\/(?=[^/])/, "/Users/dev/") : word;
  const words = command.split(" ");
  return words
    .map((word, index) => {
      const flag = /^(--?[A-Za-z][A-Za-z0-9_-]{0,63})(=.*)?$/.exec(word);
      if (flag !== null) return flag[2] === undefined ? word : `${flag[1] ?? ""}=value`;
      const isModule = words[index - 1] === "-m" && /^[A-Za-z0-9_.]{1,64}$/.test(word);
      return index === 0 || isModule || subcommands.has(word) || shown.has(word)
        ? shorter(word)
        : "value";
    })
    .join(" ");
}
