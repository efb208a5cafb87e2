import { join } from "node:path";
import { checkDocument, readText } from "../config/document.ts";
import { generate, perProfileFiles, review } from "../generator/generator.ts";
import type { FileState, ProfileFile } from "../generator/generator.ts";
import type { Artifact } from "../model/artifact.ts";
import type { Call, Command, Output } from "../model/command.ts";
import type { Files, Host } from "../model/host.ts";
import { layouts } from "../model/plan.ts";
import type { Layout } from "../model/plan.ts";
import { profileSchema } from "../model/profile.ts";
import { UserError } from "../model/user-error.ts";
import { version } from "../model/version.ts";

const defaultProfiles = "profiles";

/** Profiles in, everything that watches them out: rules, their tests, routing, dashboard. */
export const compileCommand: Command = {
  name: "compile",
  summary:
    "Write alert rules, their tests, routing and the dashboard, from profiles or without any.",
  options: {
    profiles: {
      type: "string",
      value: "DIR",
      help: `Folder of baseline profiles (*.yaml, *.yml); ${defaultProfiles} when it exists, else none.`,
    },
    out: { type: "string", value: "DIR", help: "Folder to write to.", default: "monitoring" },
    check: {
      type: "boolean",
      help: "Write nothing; exit 1 and list the files that differ, are missing or are left over.",
    },
    layout: {
      type: "string",
      value: "LAYOUT",
      choices: layouts,
      help: "tree: prometheus/, alertmanager/ and grafana/; pack: rules/ and grafana/.",
      default: "tree",
    },
    "webhook-url": {
      type: "string",
      value: "URL",
      help: "Where Alertmanager posts alerts. It is written to alertmanager.yml as given.",
    },
    format: {
      type: "string",
      value: "FORMAT",
      choices: ["text", "json"],
      help: "text or json: how files are listed.",
      default: "text",
    },
  },
  examples: [
    {
      line: "mlx-headroom compile",
      says: "Write the default rules to monitoring/: useful without any profile.",
    },
    {
      line: "mlx-headroom compile --profiles profiles --out monitoring",
      says: "Judge each workload by the profile that was recorded of it.",
    },
    {
      line: "mlx-headroom compile --check",
      says: "In CI: fail when somebody edited a generated file, or forgot to remake it.",
    },
    {
      line: "mlx-headroom compile --webhook-url http://127.0.0.1:9000/alerts",
      says: "Have Alertmanager post every alert somewhere.",
    },
  ],
  run: (call, host, output) =>
    new Promise((resolve) => {
      resolve(runCompile(call, host, output));
    }),
};

function runCompile({ options }: Call, host: Host, output: Output): number {
  const layout = layouts.find((name) => name === options["layout"]) ?? "tree";
  const format = options["format"] === "json" ? "json" : "text";
  const out = String(options["out"]);
  const webhookUrl = options["webhook-url"];
  const artifacts = generate(readProfiles(host.files, options["profiles"]), {
    version,
    layout,
    ...(typeof webhookUrl === "string" && { webhookUrl }),
  });
  const states = review(artifacts, readFound(host.files, out, artifacts, layout));

  if (options["check"] === true) return reportCheck(states, format, output);
  host.writer.writeAll(out, artifacts);
  return reportWritten(states, out, format, output);
}

/** In the order of their names, so that the output does not depend on the file system. */
function readProfiles(files: Files, given: string | boolean | undefined): readonly ProfileFile[] {
  const folder = typeof given === "string" ? given : defaultProfiles;
  const listing = files.list(folder);
  if (listing.kind === "absent" && given === undefined) return [];
  if (listing.kind !== "listed") throw unreadable(listing, folder, "--profiles");
  return listing.names
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const text = readText(files, path, "--profiles");
      return { path, profile: checkDocument(path, text, profileSchema) };
    });
}

/** Texts of the artifacts that exist, and of files that were artifacts once. */
function readFound(
  files: Files,
  out: string,
  artifacts: readonly Artifact[],
  layout: Layout,
): ReadonlyMap<string, string> {
  const once = perProfileFiles(layout).flatMap(({ folder, prefix }) => {
    const listing = files.list(join(out, folder));
    const names = listing.kind === "listed" ? listing.names : [];
    return names
      .filter((name) => name.startsWith(prefix) && name.endsWith(".yml"))
      .sort()
      .map((name) => `${folder}/${name}`);
  });
  const found = new Map<string, string>();
  for (const path of [...artifacts.map((artifact) => artifact.path), ...once]) {
    const read = files.read(join(out, path));
    if (read.kind === "read") found.set(path, read.bytes.toString("utf8"));
    else if (read.kind !== "absent") throw unreadable(read, join(out, path), "--out");
  }
  return found;
}

function unreadable(
  outcome:
    | { readonly kind: "absent" | "forbidden" }
    | { readonly kind: "failed"; readonly message: string },
  path: string,
  flag: string,
): UserError {
  if (outcome.kind === "failed")
    return new UserError("file-failed", { path, flag, detail: outcome.message });
  return new UserError(`file-${outcome.kind}`, { path, flag });
}

function reportCheck(
  states: readonly FileState[],
  format: "text" | "json",
  output: Output,
): number {
  const stale = states.filter(({ state }) => state !== "same");
  list(stale, format, output, ({ path, state }) => `${state.padEnd("leftover".length)}  ${path}`);
  if (stale.length === 0) {
    output.stderr(`All ${states.length} files are up to date.\n`);
    return 0;
  }
  output.stderr(
    `${stale.length} of ${states.length} files are not what compile makes. Run the same command without --check${hintLeftovers(stale)}.\n`,
  );
  return 1;
}

function reportWritten(
  states: readonly FileState[],
  out: string,
  format: "text" | "json",
  output: Output,
): number {
  const leftovers = states.filter(({ state }) => state === "leftover");
  const written = states.filter(({ state }) => state !== "leftover");
  const listed = format === "json" ? states : written;
  const named = listed.map(({ path, state }) => ({ path, state: afterWriting[state] }));
  list(named, format, output, ({ path }) => path);
  const changed = written.filter(({ state }) => state !== "same").length;
  output.stderr(`Wrote ${written.length} files to ${out}, ${changed} of them new or changed.\n`);
  for (const { path } of leftovers) {
    output.stderr(`${join(out, path)} is made from no profile any more: remove it.\n`);
  }
  return 0;
}

const afterWriting = {
  missing: "created",
  differs: "updated",
  same: "unchanged",
  leftover: "leftover",
} as const satisfies Record<FileState["state"], string>;

function hintLeftovers(states: readonly FileState[]): string {
  return states.some(({ state }) => state === "leftover") ? " and remove what is left over" : "";
}

interface ListedFile {
  readonly path: string;
  readonly state: string;
}

function list(
  files: readonly ListedFile[],
  format: "text" | "json",
  output: Output,
  line: (file: ListedFile) => string,
): void {
  if (format === "json")
    output.stdout(`${JSON.stringify({ files }, null, 2)}
`);
  else
    output.stdout(
      files
        .map(
          (file) => `${line(file)}
`,
        )
        .join(""),
    );
}
