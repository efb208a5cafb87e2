/** The dashboards: stable names, which links and bookmarks hold, and the question that somebody comes with. */
export const dashboards = {
  fleet: {
    uid: "mlx-headroom",
    title: "MLX headroom / Fleet",
    question: "Which workload is closest to which limit, and is any host short of something?",
  },
  workload: {
    uid: "mlx-headroom-workload",
    title: "MLX headroom / Workload",
    question: "What does this workload use, against its baseline and the limit that binds?",
  },
  limits: {
    uid: "mlx-headroom-limits",
    title: "MLX headroom / Limits",
    question: "Which limits hold whom, how much is left under each, and where is none?",
  },
  history: {
    uid: "mlx-headroom-history",
    title: "MLX headroom / History",
    question: "How has usage grown over months, and how long will the capacity do?",
  },
  pipeline: {
    uid: "mlx-headroom-pipeline",
    title: "MLX headroom / Pipeline",
    question: "Does everything work that would tell somebody?",
  },
} as const;

export type DashboardKey = keyof typeof dashboards;

/** By which the dashboards find each other. */
export const dashboardTag = "mlx-headroom";
