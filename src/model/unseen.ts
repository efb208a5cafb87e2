import type { Reason } from "./figure.ts";

/**
 * Why processes of the machine may run that are not seen: the kernel refuses them to this user, or a PID namespace does
 * not have them.
 */
export type Unseen = Extract<Reason, "forbidden" | "unsupported">;

/** What `mlx_exporter_unavailable` calls them. */
export const unseenField = "other_processes";

/** What a person should know, and how the machine's processes come into view. */
export const unseenSentences: Readonly<Record<Unseen, string>> = {
  forbidden:
    "Processes of other users are hidden, as by hidepid: what MLX they run is not shown. CAP_SYS_PTRACE shows them, or the group that gid= of the mount names.",
  unsupported:
    "Only processes of this PID namespace are seen, as in a container: what MLX runs outside it is not shown. --pid=host of the container, or hostPID of the pod, shows all.",
};
