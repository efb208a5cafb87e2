import { runCommand } from "./children.ts";
import { findExecutable } from "./find-executable.ts";

/** A Python that is new enough for MLX. */
export interface Python {
  readonly command: string;
  readonly version: string;
  /** Debian's python3 cannot make a venv with pip unless python3-venv is installed. */
  readonly hasEnsurepip: boolean;
}

const oldest = [3, 10] as const;
const names = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];
const question = `
import importlib.util, json, platform, sys
has = all(importlib.util.find_spec(name) for name in ("ensurepip", "venv"))
print(json.dumps([sys.executable, platform.python_version(), bool(has)]))
`;

/** The first Python in PATH that MLX runs on, or the newest that was too old, or none. */
export async function findPython(): Promise<
  | { readonly kind: "found"; readonly python: Python }
  | { readonly kind: "too-old"; readonly version: string }
  | { readonly kind: "none" }
> {
  let tooOld: string | undefined;
  for (const name of names) {
    const command = findExecutable(name);
    if (command === undefined) continue;
    const answer = await runCommand(command, ["-c", question]);
    // A launcher such as pyenv's may be in PATH for a version that it does not have.
    if (answer.kind === "failed") continue;
    const python = parseAnswer(answer.stdout);
    if (isNewEnough(python.version)) return { kind: "found", python };
    tooOld ??= python.version;
  }
  return tooOld === undefined ? { kind: "none" } : { kind: "too-old", version: tooOld };
}

/** `["/usr/bin/python3", "3.11.2", false]` */
function parseAnswer(text: string): Python {
  const [command, version, hasEnsurepip] = JSON.parse(text) as [string, string, boolean];
  return { command, version, hasEnsurepip };
}

/** Whether MLX has wheels for this version: 3.10 and later. */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}
