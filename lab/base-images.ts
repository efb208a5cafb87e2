import { copyFileSync, cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { realpathSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { unavailable, type Available } from "./available.ts";
import { keep } from "./cache.ts";
import { runCommand, temporaryFolder } from "./children.ts";
import { debianPackages } from "./debian.ts";
import type { Docker } from "./docker.ts";
import { findExecutable } from "./find-executable.ts";
import type { Progress } from "./progress.ts";

/** Names of two images in an engine, to build the Dockerfile with where no registry of images can be reached. */
export interface BaseImages {
  readonly node: string;
  readonly runtime: string;
}

const runtimePackages = ["base-files", "netbase", "tzdata", "libc6", "libssl3", "libstdc++6"];
const nodePackages = ["dash", "coreutils", "findutils", "sed", "grep", "libstdc++6"];

/**
 * Stand-ins for the two images that the Dockerfile begins with: the same Debian packages and the same major version of
 * Node, put together here. They are not those images: what is proven with them holds for the layers above alone.
 */
export async function standInImages(
  { docker }: Docker,
  nodeMajor: string,
  progress: Progress,
): Promise<Available<BaseImages>> {
  const libraries = { companions: /^lib/ };
  const runtime = await debianPackages(
    "image-runtime",
    { packages: runtimePackages, ...libraries },
    progress,
  );
  if (runtime.kind === "unavailable") return runtime;
  const node = await debianPackages(
    "image-node",
    { packages: nodePackages, ...libraries },
    progress,
  );
  if (node.kind === "unavailable") return node;
  const program = await nodeProgram(nodeMajor);
  if (program.kind === "unavailable") return program;
  const npm = findExecutable("npm");
  if (npm === undefined) return unavailable("there is no npm");

  const folder = temporaryFolder("base-images");
  const withNode = join(folder, "node");
  const plain = join(folder, "runtime");
  cpSync(node.root, withNode, { recursive: true, verbatimSymlinks: true });
  cpSync(runtime.root, plain, { recursive: true, verbatimSymlinks: true });
  if (!existsSync(join(withNode, "bin/sh"))) symlinkSync("dash", join(withNode, "bin/sh"));
  const local = join(withNode, "usr/local");
  mkdirSync(join(local, "bin"), { recursive: true });
  copyFileSync(program.path, join(local, "bin/node"));
  cpSync(dirname(dirname(realpathSync(npm))), join(local, "lib/node_modules/npm"), {
    recursive: true,
  });
  for (const name of ["npm", "npx"])
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(local, "bin", name));
  await writeNpmSettings(withNode);
  const images = { node: "stand-in/node:1", runtime: "stand-in/runtime:1" };
  const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  for (const [root, name] of [
    [withNode, images.node],
    [plain, images.runtime],
  ] as const) {
    mkdirSync(join(root, "tmp"), { recursive: true, mode: 0o1777 });
    const archive = `${root}.tar`;
    await runCommand("tar", ["-C", root, "--owner=0", "--group=0", "-cf", archive, "."]);
    await docker("import", "--change", `ENV ${path}`, archive, name);
  }
  rmSync(folder, { recursive: true });
  return { kind: "ready", ...images };
}

/** Node itself in the major version that is wanted, from npm's package of it. */
async function nodeProgram(major: string): Promise<Available<{ readonly path: string }>> {
  const name = `node-linux-${process.arch}`;
  const kept = await keep(`node-${major}`, name, async (folder) => {
    const args = ["pack", "--silent", `${name}@${major}`];
    const packed = await runCommand("npm", args, { cwd: folder });
    if (packed.kind === "failed") return unavailable(`${name} could not be fetched`);
    await runCommand("tar", ["-C", folder, "-xzf", join(folder, packed.stdout.trim())]);
    return undefined;
  });
  if (kept.kind === "unavailable") return kept;
  return { kind: "ready", path: join(kept.folder, "package/bin/node") };
}

/** Packages come from where this machine's npm takes them, trusted by the same certificates. */
async function writeNpmSettings(root: string): Promise<void> {
  const registry = await runCommand("npm", ["config", "get", "registry"]);
  const lines = [`registry=${registry.stdout.trim()}`];
  const bundle = "/etc/ssl/certs/ca-certificates.crt";
  if (existsSync(bundle)) {
    mkdirSync(join(root, dirname(bundle)), { recursive: true });
    copyFileSync(bundle, join(root, bundle));
    lines.push(`cafile=${bundle}`);
  }
  mkdirSync(join(root, "usr/local/etc"), { recursive: true });
  writeFileSync(join(root, "usr/local/etc/npmrc"), `${lines.join("\n")}\n`);
}
