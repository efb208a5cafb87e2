import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A folder as text: every file with its mode and what is in it, every folder with a slash. */
export function treeOf(root: string): Readonly<Record<string, string>> {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
  return Object.fromEntries(
    names.map((name) => {
      const path = join(root, name);
      const status = lstatSync(path);
      if (status.isDirectory()) return [`${name}/`, "folder"];
      return [name, `${(status.mode & 0o777).toString(8)} ${readFileSync(path, "utf8")}`];
    }),
  );
}

/** Makes files, and the folders above them. */
export function plant(root: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}
