import type { FileRead, Files } from "../model/host.ts";
import type { Log } from "../model/log.ts";
import { UserError } from "../model/user-error.ts";
import { asksForCertificates, type WebConfig } from "../model/web-config.ts";

/** Where the web config comes from. */
export interface WebConfigSource {
  readonly path: string;
  /** Reads the file, and what it names, through the given files; a UserError says what is wrong. */
  load(files: Files): WebConfig;
}

/**
 * The web config as its file says now: the function reads that file and every one it names again whenever it is
 * called, and does no more as long as their bytes are the same. A wrong file throws at first; later on it changes
 * nothing, and the log says why, once for each change.
 */
export function followWebConfig(source: WebConfigSource, files: Files, log: Log): () => WebConfig {
  let reads: ReadonlyMap<string, FileRead> = new Map();
  const load = (): WebConfig => {
    const seen = new Map<string, FileRead>();
    reads = seen;
    const read: Files["read"] = (path) => {
      const outcome = files.read(path);
      seen.set(path, outcome);
      return outcome;
    };
    return source.load({ ...files, read });
  };
  const warn = ({ holdsSecrets }: WebConfig) => {
    if (!holdsSecrets || !files.readableByAll(source.path)) return;
    const advice = "take that right from others with chmod o-r";
    log.write("warn", "every user may read the web config file", { file: source.path, advice });
  };

  let current = load();
  warn(current);
  return () => {
    if ([...reads].every(([path, before]) => isSame(before, files.read(path)))) return current;
    try {
      const next = load();
      const restart = needsRestart(current, next);
      if (restart === undefined) {
        current = next;
        log.write("info", "web config reloaded", { file: source.path });
        warn(current);
      } else log.write("error", "web config not reloaded, the old one stays", { error: restart });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      log.write("error", "web config not reloaded, the old one stays", { error: error.message });
    }
    return current;
  };
}

/** What a server cannot change while it listens. */
function needsRestart({ tls: before }: WebConfig, { tls: after }: WebConfig): string | undefined {
  if ((before === undefined) !== (after === undefined)) {
    return `Switching TLS ${before === undefined ? "on" : "off"} needs a restart.`;
  }
  if (before === undefined || after === undefined) return undefined;
  return asksForCertificates(before) === asksForCertificates(after)
    ? undefined
    : "Changing client_auth_type from or to NoClientCert needs a restart.";
}

function isSame(before: FileRead, now: FileRead): boolean {
  if (before.kind === "read" && now.kind === "read") return before.bytes.equals(now.bytes);
  return before.kind === now.kind;
}
