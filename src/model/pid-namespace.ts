import type { LinkRead } from "./host.ts";

/** The machine's own PID namespace has this number on every Linux (PID_NS_INIT_INO of linux/nsfs.h). */
const machines = "pid:[4026531836]";

/** Whose PID namespace `/proc/self/ns/pid` names; undefined where it names none. */
export function pidNamespaceOf(link: LinkRead): "machine" | "other" | undefined {
  if (link.kind !== "link") return undefined;
  return link.target === machines ? "machine" : "other";
}
