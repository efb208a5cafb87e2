import type { Command } from "../model/command.ts";

/** What `mlx-headroom --help` prints. */
export function generalHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => command.name.length)) + 3;
  return [
    "mlx-headroom keeps machines alive under MLX workloads.",
    "",
    "Usage: mlx-headroom COMMAND [flags]",
    "",
    "Commands:",
    ...commands.map((command) => `  ${command.name.padEnd(width)}${command.summary}`),
    "",
    "'mlx-headroom COMMAND --help' shows the flags and examples of one command.",
    "Exit codes: 0 fine, 1 something was found or a check failed, 2 wrong usage or it could not do its work.",
    "",
  ].join("\n");
}

/** What `mlx-headroom COMMAND --help` prints: made from the same table that parses the flags. */
export function commandHelp(command: Command): string {
  const flags = Object.entries(command.options).map(
    ([name, option]) =>
      [
        `--${option.negatable === true ? "no-" : ""}${name}${option.value === undefined ? "" : ` ${option.value}`}`,
        option,
      ] as const,
  );
  const width = Math.max(...flags.map(([flag]) => flag.length), "--help".length) + 3;
  const indent = " ".repeat(width + 2);
  return [
    `Usage: mlx-headroom ${command.name}${command.arguments === undefined ? "" : ` ${command.arguments}`} [flags]`,
    "",
    command.summary,
    "",
    "Flags:",
    ...flags.map(([flag, option]) => {
      const text =
        option.default === undefined ? option.help : `${option.help} (default ${option.default})`;
      return `  ${flag.padEnd(width)}${wrap(text, 100 - width).join(`\n${indent}`)}`;
    }),
    `  ${"--help".padEnd(width)}Show this.`,
    "",
    "Examples:",
    ...command.examples.flatMap((example) => [`  ${example.line}`, `      ${example.says}`]),
    "",
  ].join("\n");
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
