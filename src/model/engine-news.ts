/** What came of asking a container engine, when that has changed, and how containers ended in which MLX ran. */
export type EngineNews = EngineState | EngineContainerEnd;

export type EngineState =
  | { readonly kind: "reached"; readonly socket: string }
  /** Nothing is where engines usually listen, and a process is in a container. */
  | { readonly kind: "nowhere"; readonly sockets: readonly string[] }
  /** `detail` is an error's code or a word of ours, never text of the answer. */
  | { readonly kind: "unreachable"; readonly socket: string; readonly detail: string };

/** How a container ended. What its engine does not say is absent. */
export interface EngineContainerEnd {
  readonly kind: "ended";
  readonly container: string;
  readonly image?: string;
  /** Of its first process; 128 and a signal's number where one ended it. */
  readonly exitCode?: number;
  /** Only where the engine says that it was so: Podman 4 never does. */
  readonly oomKilled?: true;
  /** How often it had been started again. */
  readonly restarts?: number;
  readonly memoryLimitBytes?: number;
  readonly cpuLimitCores?: number;
}
