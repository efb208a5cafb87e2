import type { LimitKey } from "./limit-key.ts";
import { compose, kubernetes } from "./limit-keys-containers.ts";
import { cgroupV1, cgroupV2, systemd, ulimit } from "./limit-keys-linux.ts";
import { launchd, mlx, mps } from "./limit-keys-mlx.ts";

/** Every manifest of a workload, by the end of its name, with the limits its platform knows, in order. */
export const limitFiles = {
  "systemd.conf": systemd,
  "compose.yaml": compose,
  "kubernetes.yaml": kubernetes,
  "launchd.plist": launchd,
  "ulimit.sh": ulimit,
  "cgroup-v2.sh": cgroupV2,
  "cgroup-v1.sh": cgroupV1,
  "mlx.env": mlx,
  "mps.env": mps,
} as const satisfies Readonly<Record<string, readonly LimitKey[]>>;
export type LimitFile = keyof typeof limitFiles;
