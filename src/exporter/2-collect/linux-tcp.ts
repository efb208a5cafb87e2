/** A TCP socket of one network namespace, as far as connections are counted by it. */
export interface TcpSocket {
  readonly state: "established" | "listening";
  readonly localPort: number;
  /** `0` for a connection that the kernel has made and no process has accepted yet. */
  readonly inode: string;
}

/** State 01 is established and 0A listens; every other line is passed over by the pattern itself, which is quickest. */
const line =
  /^ *\d+: [\dA-F]{8,32}:([\dA-F]{4}) [\dA-F]{8,32}:[\dA-F]{4} (01|0A) \S+ \S+ \S+ +\d+ +\d+ (\d{1,20}) /gm;

/** Reads `/proc/PID/net/tcp` or `tcp6`. Lines that are none are skipped. */
export function parseTcp(text: string): readonly TcpSocket[] {
  return Array.from(text.matchAll(line), ([, port = "", state, inode = ""]) => ({
    state: state === "01" ? "established" : "listening",
    localPort: Number.parseInt(port, 16),
    inode,
  }));
}
