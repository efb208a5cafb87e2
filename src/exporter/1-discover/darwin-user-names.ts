import type { Commands } from "../../model/commands.ts";
import { shownValue } from "./flag-values.ts";

/** Names of users, asked for once and kept. */
export interface UserNames {
  /** The uid itself where no name is known. */
  nameOf(uid: number): string;
  /** Asks for those that nobody asked for yet. Never rejects. */
  learn(uids: Iterable<number>): Promise<void>;
}

const limits = { seconds: 3, maxBytes: 4096 };

/** Users of macOS are in a directory service, not in a file: only a command knows their names. */
export function createUserNames(commands: Commands): UserNames {
  const names = new Map<number, string>();

  async function ask(uid: number): Promise<void> {
    const run = await commands.run("/usr/bin/id", ["-un", String(uid)], limits);
    // What did not end or could not start may do so when a later process of that user is met.
    if (run.kind !== "ran") return;
    const [line = ""] = run.stdout.toString("utf8").split("\n");
    names.set(uid, (run.exitCode === 0 ? shownValue(line) : undefined) ?? String(uid));
  }

  return {
    nameOf: (uid) => names.get(uid) ?? String(uid),
    async learn(uids) {
      // -2, which is `nobody`, would be taken for an option.
      const unknown = [...new Set(uids)].filter((uid) => uid >= 0 && !names.has(uid));
      await Promise.all(unknown.map(ask));
    },
  };
}
