/** The dashboard's stable name: links and bookmarks hold it. */
export const dashboardUid = "mlx-headroom";
export const dashboardTitle = "MLX headroom";

/** Titles of the dashboard's panels, as runbooks and people call them. */
export const panelTitles = {
  lowestHeadroom: "Lowest headroom",
  workloadsRunning: "Workloads running",
  oomKills: "OOM kills",
  firingAlerts: "Firing alerts",
  headroomRatio: "Headroom by workload and resource",
  binding: "What binds",
  memory: "Memory of $workload",
  cpu: "CPU",
  hostMemory: "Host memory",
  openFds: "Open file descriptors",
  threads: "Threads",
  unavailable: "What is not known, and why",
} as const;
