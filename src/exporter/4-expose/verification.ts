import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Credentials } from "./basic-auth.ts";

/** `busy`: so many passwords are being checked that this one was not. */
export type Verdict = "right" | "wrong" | "busy";

export type Users = ReadonlyMap<string, string>;

/** Checks a password against a bcrypt hash, slowly. */
export type CheckPassword = (password: string, hash: string) => Promise<boolean>;

/** Checks what a client says of itself; `client` is its address. */
export type Verify = (credentials: Credentials, users: Users, client: string) => Promise<Verdict>;

/** As many right passwords are remembered; the oldest is forgotten first. */
const mostRemembered = 64;
/** As many may wait for bcrypt, and as many of one client: whoever guesses passwords holds nobody else up for long. */
const mostWaiting = 32;
const mostOfOneClient = 2;

/**
 * Verifies passwords against bcrypt hashes, one at a time and each only once: right ones are remembered under a keyed
 * digest of user, hash and password, so that a changed hash ends them. A user that does not exist costs what one that
 * exists costs, and finding a digest takes the same time wherever it stands.
 */
export function createVerification(check: CheckPassword): Verify {
  const secret = randomBytes(32);
  const remembered: Buffer[] = [];
  const running = new Map<string, Promise<boolean>>();
  const waitingOf = new Map<string, number>();
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  /** bcrypt's answer, when those before it have theirs. */
  async function inTurn(password: string, hash: string, client: string): Promise<boolean> {
    const count = (change: number) => {
      waiting += change;
      const ofClient = (waitingOf.get(client) ?? 0) + change;
      if (ofClient === 0) waitingOf.delete(client);
      else waitingOf.set(client, ofClient);
    };
    count(1);
    const turn = last.then(() => check(password, hash));
    last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      count(-1);
    }
  }

  return async ({ user, password }, users, client) => {
    const known = users.get(user);
    const decoy = decoyFor(user, users);
    const hash = known ?? decoy;
    const digest = digestOf(secret, [user, hash, password]);
    const found = remembered.filter((other) => timingSafeEqual(other, digest)).length > 0;
    if (found) return "right";

    const key = digest.toString("base64");
    let answer = running.get(key);
    if (answer === undefined) {
      if (waiting >= mostWaiting || (waitingOf.get(client) ?? 0) >= mostOfOneClient) return "busy";
      answer = inTurn(password, hash, client).finally(() => running.delete(key));
      running.set(key, answer);
      answer = answer.then((right) => {
        if (right && known !== undefined) {
          remembered.push(digest);
          if (remembered.length > mostRemembered) remembered.shift();
        }
        return right;
      });
    }
    return (await answer) && known !== undefined ? "right" : "wrong";
  };
}

/**
 * A hash that no password has, for a user that does not exist. Its cost is that of one of the users, always the same
 * one for the same name: where costs differ, neither the fast nor the slow answers tell who exists.
 */
function decoyFor(user: string, users: Users): string {
  const hashes = [...users.values()];
  const draw = digestOf(hashes.join(), [user]).readUInt32BE();
  const model = hashes[draw % hashes.length] ?? "$2b$10$";
  return `${model.slice(0, 7)}${".".repeat(53)}`;
}

/** Each part goes in with its length, so that no two lists of parts read alike. */
function digestOf(secret: Buffer | string, parts: readonly string[]): Buffer {
  const hmac = createHmac("sha256", secret);
  for (const part of parts) hmac.update(`${Buffer.byteLength(part)}:${part}`);
  return hmac.digest();
}
