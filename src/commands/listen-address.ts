import type { ListenAddress } from "../model/host.ts";
import { UserError } from "../model/user-error.ts";

/** Reads `127.0.0.1:10836`, `[::1]:10836`, `localhost:0`, or `:10836` for every address. */
export function parseListenAddress(address: string): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  if (match === null || port > 65535) throw new UserError("bad-listen-address", { address });
  return { host: match[1] ?? match[2] ?? "", port };
}
