/** Who put a process into its cgroup, as far as the path's names say. */
export interface CgroupIdentity {
  /** The innermost systemd service, or the innermost scope that is no container's. */
  readonly unit?: string;
  /** The innermost systemd slice. */
  readonly slice?: string;
  readonly container?: ContainerId;
  readonly pod?: PodId;
}

export interface ContainerId {
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** Absent where the path does not tell: under cgroupfs, pods of every runtime look alike. */
  readonly engine?: ContainerEngine;
}

export type ContainerEngine = "docker" | "podman" | "containerd" | "cri-o";

export interface PodId {
  /** With hyphens, as the API server writes it; of a static pod the 32 digits of its hash. */
  readonly uid: string;
  readonly qosClass: "guaranteed" | "burstable" | "besteffort";
}
