import { parentPort, Worker, workerData } from "node:worker_threads";
import bcrypt from "bcryptjs";

/**
 * Checks passwords in a thread of their own: bcrypt is slow on purpose, and a wrong password must not hold up a
 * scrape. The thread is this very file; it is there only while it is needed.
 */
const purpose = "mlx-headroom checks passwords";

/** After the last password; a scrape that pays for a thread again pays some tens of milliseconds. */
const idleMilliseconds = 5_000;

interface Question {
  readonly id: number;
  readonly password: string;
  readonly hash: string;
}

interface Answer {
  readonly id: number;
  readonly right: boolean;
}

interface Waiting {
  readonly resolve: (right: boolean) => void;
  readonly reject: (error: Error) => void;
}

if (workerData === purpose) {
  parentPort?.on("message", ({ id, password, hash }: Question) => {
    const answer: Answer = { id, right: bcrypt.compareSync(password, hash) };
    parentPort?.postMessage(answer);
  });
}

let thread: Worker | undefined;
let retirement: NodeJS.Timeout | undefined;
let lastId = 0;
const waiting = new Map<number, Waiting>();

/** Whether a password has this bcrypt hash. */
export function checkPassword(password: string, hash: string): Promise<boolean> {
  clearTimeout(retirement);
  thread ??= startThread();
  const question: Question = { id: (lastId += 1), password, hash };
  thread.postMessage(question);
  return new Promise((resolve, reject) => {
    waiting.set(question.id, { resolve, reject });
  });
}

function startThread(): Worker {
  const worker = new Worker(new URL(import.meta.url), {
    workerData: purpose,
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 },
  });
  const end = (error: Error) => {
    if (thread === worker) thread = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on("message", ({ id, right }: Answer) => {
    waiting.get(id)?.resolve(right);
    waiting.delete(id);
    if (waiting.size > 0) return;
    retirement = setTimeout(() => {
      thread = undefined;
      void worker.terminate();
    }, idleMilliseconds).unref();
  });
  worker.on("error", end);
  // Never the reason why the program goes on running.
  worker.unref();
  return worker;
}
