/** What came of asking a container engine, when that has changed. */
export type EngineNews =
  | { readonly kind: "reached"; readonly socket: string }
  /** Nothing is where engines usually listen, and a process is in a container. */
  | { readonly kind: "nowhere"; readonly sockets: readonly string[] }
  /** `detail` is an error's code or a word of ours, never text of the answer. */
  | { readonly kind: "unreachable"; readonly socket: string; readonly detail: string };
