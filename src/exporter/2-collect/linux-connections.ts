import type { Host, Roots } from "../../model/host.ts";
import type { MlxProcess } from "../../model/process.ts";
import { known, missing, type Figure, type Reason } from "../../model/figure.ts";
import { reasonOf } from "./figures.ts";
import { parseTcp, type TcpSocket } from "./linux-tcp.ts";

/** A namespace with more sockets than this is left out, so that no neighbour decides how long a scrape takes. */
const mostLines = 65_536;
/** The kernel pads a line of `tcp` to 150 bytes; those of `tcp6` are a little longer. */
const mostBytes = mostLines * 150;
/** A process with more descriptors than this is counted by its port. */
const mostDescriptors = 4096;

/** The sockets of one network namespace, ready to be asked for. */
interface Namespace {
  readonly byInode: ReadonlyMap<string, TcpSocket>;
  /** Established connections by their local port. */
  readonly toPort: ReadonlyMap<number, number>;
  /** Of those, the ones that no process has accepted yet. */
  readonly unaccepted: ReadonlyMap<number, number>;
  readonly listening: ReadonlySet<number>;
}

/**
 * Counts the established TCP connections of a process that serves, for one pass: each network namespace is read once.
 * Where its descriptors may be listed, the connections are its own sockets, and those that wait to be accepted at a
 * port it listens on: a server that is stuck has many of these. Else they are the connections to the port on its
 * command line, which everybody may see, provided that somebody listens there.
 */
export function createConnectionReader(
  host: Host,
  roots: Roots,
): (process: Pick<MlxProcess, "pid" | "port">) => Figure {
  const namespaces = new Map<number, Namespace | Reason>();

  return ({ pid, port }) => {
    const folder = `${roots.procfs}/${pid}`;
    const path = `${folder}/net/tcp`;
    // The file is the namespace's own, and so is its number: the link in ns/ would need a permission.
    const number = host.files.inode(path);
    const seen = number === undefined ? undefined : namespaces.get(number);
    const namespace = seen ?? readNamespace(host, path);
    if (number !== undefined) namespaces.set(number, namespace);
    if (typeof namespace === "string") return missing(namespace);
    const own = socketsOf(host, `${folder}/fd`);
    if (typeof own !== "string") return known(ownConnections(namespace, own));
    return port !== undefined && namespace.listening.has(port)
      ? known(namespace.toPort.get(port) ?? 0)
      : missing(own);
  };
}

function readNamespace(host: Host, path: string): Namespace | Reason {
  const sockets: TcpSocket[] = [];
  for (const file of [path, `${path}6`]) {
    const read = host.files.read(file, mostBytes);
    // A kernel without IPv6 has no connections over it.
    if (read.kind === "absent" && file !== path) continue;
    if (read.kind !== "read") return reasonOf(read);
    if (read.bytes.length >= mostBytes) return "not_measured";
    for (const socket of parseTcp(read.bytes.toString("latin1"))) sockets.push(socket);
  }
  const established = sockets.filter(({ state }) => state === "established");
  return {
    byInode: new Map(sockets.map((socket) => [socket.inode, socket])),
    toPort: countByPort(established),
    unaccepted: countByPort(established.filter(({ inode }) => inode === "0")),
    listening: new Set(
      sockets.filter(({ state }) => state === "listening").map(({ localPort }) => localPort),
    ),
  };
}

function countByPort(sockets: readonly TcpSocket[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { localPort } of sockets) counts.set(localPort, (counts.get(localPort) ?? 0) + 1);
  return counts;
}

/** Inodes of the sockets a process holds, each once however often it is open; or why they are not known. */
function socketsOf(host: Host, folder: string): ReadonlySet<string> | Reason {
  const listing = host.files.list(folder);
  if (listing.kind !== "listed") return reasonOf(listing);
  if (listing.names.length > mostDescriptors) return "not_measured";
  const inodes = new Set<string>();
  for (const name of listing.names) {
    const link = host.files.link(`${folder}/${name}`);
    // One that was closed since the listing is no socket any more.
    if (link.kind === "absent") continue;
    if (link.kind !== "link") return reasonOf(link);
    const inode = /^socket:\[(\d+)\]$/.exec(link.target)?.[1];
    if (inode !== undefined) inodes.add(inode);
  }
  return inodes;
}

function ownConnections(namespace: Namespace, inodes: ReadonlySet<string>): number {
  let count = 0;
  const ports = new Set<number>();
  for (const inode of inodes) {
    const socket = namespace.byInode.get(inode);
    if (socket?.state === "established") count += 1;
    else if (socket !== undefined) ports.add(socket.localPort);
  }
  for (const port of ports) count += namespace.unaccepted.get(port) ?? 0;
  return count;
}
