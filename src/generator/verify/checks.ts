import { join } from "node:path";
import type { Verifiable } from "./verifiable.ts";

/** The programs that judge, and what they are wanted for. */
export const verifiers = {
  promtool: "the rules, their tests and prometheus.yml",
  amtool: "alertmanager.yml and its routes",
} as const;

export type Verifier = keyof typeof verifiers;

/** One question to one of them. */
export interface Check {
  readonly program: Verifier;
  readonly args: readonly string[];
}

/** Everything to be asked about the files below `root`; the questions that take longest come first. */
export function checksOf(made: Verifiable, root: string): readonly Check[] {
  const file = (path: string) => `${root.startsWith("-") ? "./" : ""}${join(root, path)}`;
  const longestFirst = [...made.tests].sort((a, b) => b.evaluations - a.evaluations);
  const promtool = (...args: readonly string[]): Check => ({ program: "promtool", args });
  const amtool = (...args: readonly string[]): Check => ({ program: "amtool", args });
  return [
    ...(made.rules.length === 0
      ? []
      : [promtool("check", "rules", "--lint=all", "--lint-fatal", ...made.rules.map(file))]),
    ...made.prometheus.map((path) => promtool("check", "config", file(path))),
    ...made.alertmanager.flatMap((path) => [
      amtool("check-config", file(path)),
      ...made.routes.map(({ receiver, labels }) =>
        amtool(
          ...["config", "routes", "test", `--config.file=${file(path)}`],
          `--verify.receivers=${receiver}`,
          ...Object.entries(labels).map(([name, value]) => `${name}=${value}`),
        ),
      ),
    ]),
    ...longestFirst.map(({ path }) => promtool("test", "rules", file(path))),
  ];
}
