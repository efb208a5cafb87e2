const longestName = 63;

/**
 * The name of a workload that no rule of the config names: the runtime, and the model where the command line tells
 * it. It is the same after a restart, so that baselines and alerts hold on to it; a pid never gets in.
 */
export function workloadName(runtime: string, model?: string): string {
  const short = model === undefined ? "" : grammatical(shortModel(model));
  return short === ""
    ? shortened(grammatical(runtime))
    : shortened(`${grammatical(runtime)}:${short}`);
}

/** Text that somebody chose, as a name: mapped into the grammar and cut; empty when no letter or digit is in it. */
export function grammaticalName(text: string): string {
  return shortened(grammatical(text.slice(0, 512)));
}

/**
 * The last component of a model's path or repository id. Below the Hugging Face cache that is a commit hash, and the
 * name stands further up: `…/models--mlx-community--Qwen3-4B-4bit/snapshots/1a2b3c…`.
 */
function shortModel(model: string): string {
  const components = model.split("/").filter((component) => component !== "");
  const cached = components.findLast((component) => component.startsWith("models--"));
  return cached?.split("--").at(-1) ?? components.at(-1) ?? "";
}

/** Maps text into `[A-Za-z0-9][A-Za-z0-9_.:-]*`, or to nothing when no letter or digit is in it. */
function grammatical(text: string): string {
  return text
    .replace(/[^A-Za-z0-9_.:-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .replace(/-+$/, "");
}

/** Cuts the middle out of a long name: what tells two builds of one model apart, such as `4bit`, is at the end. */
function shortened(name: string): string {
  const kept = 24;
  return name.length <= longestName
    ? name
    : `${name.slice(0, longestName - kept - 1)}-${name.slice(-kept)}`;
}
