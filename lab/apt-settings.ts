import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { debianMirror } from "./apt-output.ts";
import { runCommand } from "./children.ts";

/** What makes apt-get use the settings in this folder. */
export function environment(apt: string): Readonly<Record<string, string>> {
  return { APT_CONFIG: join(apt, "apt.conf"), LC_ALL: "C.UTF-8" };
}

/** The line that names another release of Debian, in the archive that the system uses; undefined where that is not Debian's. */
export async function sourcesOf(release: string): Promise<string | undefined> {
  const format = ["indextargets", "--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages"];
  const targets = await runCommand("apt-get", format, { env: { LC_ALL: "C.UTF-8" } });
  const mirror = debianMirror(targets.stdout);
  const keys = "/usr/share/keyrings/debian-archive-keyring.gpg";
  return mirror && `deb [signed-by=${keys}] ${mirror} ${release} main\n`;
}

/** The system's own sources, or those given, its keys, and what is installed; lists, archives and caches are ours. */
export function writeSettings(apt: string, sources: string | undefined): void {
  for (const folder of ["lists/partial", "cache/archives/partial", "none"]) {
    mkdirSync(join(apt, folder), { recursive: true });
  }
  const lines = [
    `Dir::State "${apt}";`,
    `Dir::State::lists "${apt}/lists";`,
    `Dir::State::status "/var/lib/dpkg/status";`,
    `Dir::Cache "${apt}/cache";`,
    // As root, apt-get would hand the download to a user who may not write here.
    `APT::Sandbox::User "root";`,
    `Acquire::Languages "none";`,
    `Acquire::Retries "2";`,
    // Lists for graphical shops and for searching files, half of the download.
    ...["DEP-11", "DEP-11-icons", "DEP-11-icons-small", "Contents-deb", "CNF"].map(
      (list) => `Acquire::IndexTargets::deb::${list}::DefaultEnabled "false";`,
    ),
  ];
  if (sources !== undefined) {
    writeFileSync(join(apt, "sources.list"), sources);
    lines.push(`Dir::Etc::sourcelist "${apt}/sources.list";`);
    lines.push(`Dir::Etc::sourceparts "${apt}/none";`, `Dir::Etc::preferencesparts "${apt}/none";`);
  }
  writeFileSync(join(apt, "apt.conf"), `${lines.join("\n")}\n`);
}
