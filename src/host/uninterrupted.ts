const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

let writers = 0;
let release: () => void;

/**
 * Does something that may not stop half-way. A signal that would end this process meanwhile ends it afterwards; one that
 * somebody else listens to is his alone.
 */
export function uninterrupted(action: () => void): void {
  if (writers++ === 0) release = whenSignalled(() => undefined);
  try {
    action();
  } finally {
    const end = () => {
      if (--writers === 0) release();
    };
    // Node hears of a signal when it next looks for events: at the end of its next round at the latest.
    setImmediate(() => setImmediate(end));
  }
}

/** Calls `action` when a signal ends this process, and then lets it. The returned function takes that back. */
export function whenSignalled(action: () => void): () => void {
  const heard = (signal: NodeJS.Signals) => {
    forget();
    action();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const forget = () => {
    for (const signal of signals) process.off(signal, heard);
  };
  for (const signal of signals) process.on(signal, heard);
  return forget;
}
