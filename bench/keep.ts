import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../lab/repository.ts";

/** Puts a bench's section into bench/RESULTS.md, in place of the one under the same heading, and leaves the others. */
export function keep(section: string): void {
  const path = join(repository, "bench", "RESULTS.md");
  const text = existsSync(path) ? readFileSync(path, "utf8") : "# Results\n";
  writeFileSync(path, withSection(text, section));
}

/** The text with the section in it, the heading of which is the section's first line. */
function withSection(text: string, section: string): string {
  const heading = section.trim().split("\n")[0] ?? "";
  const [head = "", ...sections] = text.split(/^(?=## )/m);
  const others = sections.filter((other) => other.split("\n")[0] !== heading);
  return [head, ...others, section].map((part) => part.trim()).join("\n\n") + "\n";
}
