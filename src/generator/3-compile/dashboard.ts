import { dashboardTitle, dashboardUid } from "../../catalog/panels.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Dashboard } from "../../model/plan.ts";
import { panels } from "./panels.ts";
import { ofHost } from "./selectors.ts";

/** One dashboard: how close is what to which limit, then why. It reads no pid-labelled series: they can be off. */
export function compileDashboard(): Dashboard {
  return {
    uid: dashboardUid,
    title: dashboardTitle,
    tags: ["mlx", "mlx-headroom"],
    variables: [
      {
        name: "job",
        label: "Job",
        query: `label_values(${metrics.exporterBuildInfo.name}, job)`,
      },
      {
        name: "instance",
        label: "Instance",
        query: `label_values(${metrics.exporterBuildInfo.name}{job=~"$job"}, instance)`,
      },
      {
        name: "workload",
        label: "Workload",
        query: `label_values(${ofHost("workloadProcesses")}, workload)`,
      },
    ],
    rows: [
      {
        title: "At a glance",
        panels: [
          panels.lowestHeadroom,
          panels.workloadsRunning,
          panels.oomKills,
          panels.firingAlerts,
        ],
      },
      { title: "Headroom", panels: [panels.headroomRatio, panels.binding] },
      { title: "Memory", panels: [panels.memory] },
      {
        title: "CPU, host memory, descriptors, threads",
        panels: [panels.cpu, panels.hostMemory, panels.openFds, panels.threads],
      },
      { title: "Gaps", panels: [panels.unavailable] },
    ],
  };
}
