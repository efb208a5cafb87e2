import type { Host, Roots } from "../model/host.ts";
import type { MlxProcess } from "../model/process.ts";
import { programName } from "./1-discover/program-names.ts";
import { commandLineBytes, parseCommandLine } from "./1-discover/linux-processes.ts";

/**
 * The Python that runs a process, as its own command line names it: the link to its binary would lead out of a virtual
 * environment. A command line is what its process says it is, so it is only believed of a process of our own user:
 * whatever another user names there would be run with our rights.
 */
export async function interpreterOf(
  host: Host,
  { procfs }: Roots,
  { pid }: MlxProcess,
): Promise<{ readonly python: string } | "not ours" | "none"> {
  const folder = `${procfs}/${pid}`;
  if (uidIn(host, folder) === undefined || uidIn(host, folder) !== uidIn(host, `${procfs}/self`))
    return "not ours";
  const [line] = await host.riskyFiles.read([
    { path: `${folder}/cmdline`, maxBytes: commandLineBytes },
  ]);
  const [first = ""] = line?.kind === "read" ? parseCommandLine(line.bytes) : [];
  if (!/^python[0-9.]*t?$/.test(programName(first))) return "none";
  if (!first.includes("/") || first.startsWith("/")) return { python: first };
  const link = host.files.link(`${folder}/cwd`);
  return link.kind === "link" ? { python: `${link.target}/${first}` } : "none";
}

function uidIn(host: Host, folder: string): string | undefined {
  const status = host.files.readShort(`${folder}/status`);
  return status.kind === "read" ? /^Uid:\s+(\d+)/m.exec(status.text)?.[1] : undefined;
}
