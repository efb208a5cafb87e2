import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { memoryHost, type MemoryHost, type MemoryHostOptions } from "./memory-host.ts";

/** The project's own folder, seen from compiled tests in build/test/support. */
export const repository = fileURLToPath(new URL("../../../", import.meta.url));

/** Where a fixture or golden file is. */
export function testPath(path: string): string {
  return `${repository}test/${path}`;
}

/** Files of a recorded machine, from `test/fixtures/hosts/NAME.txt`: sections headed `==> PATH`. */
export function fixtureFiles(name: string): Readonly<Record<string, string>> {
  const sections = readFileSync(testPath(`fixtures/hosts/${name}.txt`), "utf8")
    .split(/^==> /m)
    .slice(1);
  return Object.fromEntries(
    sections.map((section) => {
      const end = section.indexOf("\n");
      const text = section.slice(end + 1);
      return [
        section.slice(0, end),
        text.trim() === "forbidden" ? "forbidden" : unescapeText(text),
      ];
    }),
  );
}

/** A host that holds those files. */
export function fixtureHost(name: string, options?: MemoryHostOptions): MemoryHost {
  return memoryHost(fixtureFiles(name), options);
}

export const roots = { procfs: "/proc", sysfs: "/sys", rootfs: "" };

/** cmdline is one line of NUL-ended words; its closing newline belongs to the fixture, not to the file. */
function unescapeText(text: string): string {
  return text.includes("\\0") ? text.replaceAll("\\0", "\0").replace(/\n$/, "") : text;
}
