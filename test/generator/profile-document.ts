import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkDocument } from "../../src/config/document.ts";
import type { ProfileFile } from "../../src/generator/generator.ts";
import { profileSchema } from "../../src/model/profile.ts";
import type { Profile } from "../../src/model/profile.ts";
import { repository } from "../support/fixture-host.ts";

/** A whole profile as a document, in JSON, which is YAML; parts can be replaced. */
export function profileDocument(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ ...base, ...changes }, null, 2);
}

/** The same as a checked profile. */
export function profile(changes: Readonly<Record<string, unknown>> = {}): Profile {
  return checkDocument("profile.json", profileDocument(changes), profileSchema);
}

/** The example's profile, as text. */
export const exampleText = readFileSync(
  join(repository, "examples/chat-server/profiles/chat.yaml"),
  "utf8",
);

/** The profiles of all examples: a chat server on a Mac, one on a card, and a batch job on CPUs. */
export const exampleFiles: readonly ProfileFile[] = [
  "chat-server/profiles/chat.yaml",
  "cuda-server/profiles/coder.yaml",
  "batch-job/profiles/nightly-summaries.yaml",
].map((path) => ({
  path,
  profile: checkDocument(
    path,
    readFileSync(join(repository, "examples", path), "utf8"),
    profileSchema,
  ),
}));

/** The example's profile, as the command hands it to the generator. */
export const exampleFile: ProfileFile = {
  path: "chat.yaml",
  profile: checkDocument("chat.yaml", exampleText, profileSchema),
};

const base = {
  apiVersion: "mlx-headroom/v1alpha1",
  kind: "Profile",
  workload: "chat",
  recorded: "2026-11-02",
  grade: "B",
  figures: {
    per: "process",
    scenarios: {
      average: {
        runs: 2,
        n: 600,
        resources: {
          memory: { p50: 5_000_000_000, p95: 7_000_000_000, max: 8_000_000_000 },
          cpu: { p95: 1.25, max: 2 },
          open_fds: { max: 40 },
          threads: { max: 24 },
        },
      },
      "edge:long": {
        runs: 1,
        n: 60,
        resources: { memory: { max: 9_000_000_000 }, cpu: { max: 1.5 } },
      },
    },
  },
};
