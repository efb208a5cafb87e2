import { metrics } from "../src/catalog/metrics.ts";
import { judgedResources } from "../src/model/policy.ts";

/** What an exporter would say of many workloads that are all well: what the compared alerts read. */
export function population(count: number): string {
  const lines = [`${metrics.hostMemoryTotal.name} 1e12`];
  const cpuSeconds = performance.now() / 1000;
  for (let index = 0; index < count; index++) {
    const own = `workload="w${index}"`;
    lines.push(
      ...judgedResources.map(
        (resource) => `${metrics.workloadHeadroomRatio.name}{${own},resource="${resource}"} 0.6`,
      ),
      `${metrics.workloadMemoryUsedMax.name}{${own}} 2e9`,
      `${metrics.workloadGpuMemoryMax.name}{${own}} 2e9`,
      `${metrics.workloadCpuSeconds.name}{${own}} ${cpuSeconds}`,
      `${metrics.workloadProcesses.name}{${own}} 1`,
      `${metrics.workloadMemoryLimit.name}{${own}} 6e9`,
      `${metrics.workloadLimitBinding.name}{${own},resource="memory",source="cgroup",scope="/s"} 1`,
    );
  }
  return `${lines.join("\n")}\n`;
}
