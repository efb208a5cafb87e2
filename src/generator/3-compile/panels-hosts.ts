import { compared, line, lines, timeline } from "./panel.ts";
import type { Row } from "./panel.ts";

/** What a host has of everything, and what of it is in use by whomever. */
export const hosts: Row = (select) => ({
  title: "Hosts",
  panels: [
    lines(
      12,
      {
        title: "Host memory",
        description: "Installed memory, and what is in use of it by all programs.",
        unit: "bytes",
        noValue: "no host answers",
        alerts: ["MlxStarvesHostMemory", "MlxMemoryOverCommitted"],
      },
      line(
        `${select.host("hostMemoryTotal")} - ${select.host("hostMemoryAvailable")}`,
        "in use {{instance}}",
      ),
      compared("critical", select.host("hostMemoryTotal"), "installed {{instance}}"),
    ),
    lines(
      12,
      {
        title: "Waiting for resources",
        description:
          "Share of the time in which tasks of the host waited for memory, CPU or disks: pressure, as Linux counts it.",
        unit: "percentunit",
        noValue: "no pressure counted: macOS, or a kernel without it",
        alerts: ["MlxStarvesHostMemory", "MlxStarvesHostCpu"],
      },
      line(
        `rate(${select.host("hostPressureSeconds", 'kind="some"')}[$__rate_interval])`,
        "{{resource}} {{instance}}",
      ),
    ),
    lines(
      12,
      {
        title: "Swap in use",
        description: "Swap in use by all programs. Dashed: what there is.",
        unit: "bytes",
        noValue: "no swap known",
        alerts: ["MlxSwappedOut"],
      },
      line(select.host("hostSwapUsed"), "in use {{instance}}"),
      compared("critical", select.host("hostSwapTotal"), "installed {{instance}}"),
    ),
    lines(
      12,
      {
        title: "Host CPU",
        description: "Share of the CPUs that any program uses.",
        unit: "percentunit",
        noValue: "no host answers",
        alerts: ["MlxStarvesHostCpu"],
      },
      line(
        `
        sum by (job, instance) (
          rate(${select.host("hostCpuSeconds", 'mode!~"idle|iowait"')}[$__rate_interval])
        )
          / on (job, instance)
        max by (job, instance) (${select.host("hostCpuCores")})
        `,
        "{{instance}}",
      ),
    ),
    lines(
      12,
      {
        title: "GPU memory of hosts",
        description:
          "Memory in use of each GPU, by whomever; on macOS what is wired. Dashed: what there is, on macOS what the GPU may wire.",
        unit: "bytes",
        noValue: "no GPU seen",
        alerts: ["MlxGpuWiredOverCommitted", "MlxGpuWiredStranded"],
      },
      line(select.host("hostGpuMemoryUsed"), "in use {{gpu}} {{instance}}"),
      line(select.host("hostMemoryWired"), "wired {{instance}}"),
      compared("critical", select.host("hostGpuMemoryTotal"), "installed {{gpu}} {{instance}}"),
      compared("critical", select.host("hostMemoryWiredLimit"), "may be wired {{instance}}"),
    ),
    timeline(
      12,
      {
        title: "Memory pressure on macOS",
        description: "Memory pressure as the kernel of macOS judges it.",
        unit: "short",
        noValue: "no macOS host chosen",
        states: [
          { value: 1, text: "normal", colour: "green" },
          { value: 2, text: "warning", colour: "yellow" },
          { value: 4, text: "critical", colour: "red" },
        ],
        alerts: ["MlxStarvesHostMemory"],
      },
      line(select.host("hostMemoryPressureLevel"), "{{instance}}"),
    ),
  ],
});
