import type { Command, Option } from "../model/command.ts";

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
    ([name, option]) => [`--${prefixOf(option)}${name}${valueOf(option)}`, option] as const,
  );
  const width = Math.max(...flags.map(([flag]) => flag.length), "--help".length) + 3;
  const indent = " ".repeat(width + 2);
  return [
    `Usage: mlx-headroom ${command.name}${command.arguments === undefined ? "" : ` ${command.arguments}`} [flags]${command.takesCommand === true ? " [-- COMMAND …]" : ""}`,
    "",
    command.summary,
    "",
    "Flags:",
    ...flags.map(([flag, option]) => {
      const standard = option.default ?? option.unsaid;
      const text = standard === undefined ? option.help : `${option.help} (default ${standard})`;
      return `  ${flag.padEnd(width)}${wrap(text, 100 - width).join(`\n${indent}`)}`;
    }),
    `  ${"--help".padEnd(width)}Show this.`,
    "",
    "Examples:",
    ...command.examples.flatMap((example) => [`  ${example.line}`, `      ${example.says}`]),
    "",
  ].join("\n");
}

/** How its value is written, where it takes one. */
function valueOf({ value, implied }: Option): string {
  if (value === undefined) return "";
  return implied === undefined ? ` ${value}` : `[=${value}]`;
}

/** How a switch is written: as itself, turned off, or both ways. */
function prefixOf({ negatable, unsaid }: Option): "" | "no-" | "[no-]" {
  if (unsaid !== undefined) return "[no-]";
  return negatable === true ? "no-" : "";
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
