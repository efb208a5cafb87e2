/**
 * Every metric family the exporter publishes, once. The exporter fills them, the generator reads them: renaming one
 * breaks the alert that uses it when the project is compiled, not on the night it should have fired. Longer than 300
 * lines because a reader looks for one list, and its rows grow with the product.
 */

/** A metric family: name, type, help and the labels every one of its series carries. */
export interface Family {
  readonly name: `mlx_${string}`;
  readonly type: "gauge" | "counter";
  readonly help: string;
  readonly labels: readonly string[];
}

const w = ["workload"] as const;
const p = ["workload", "pid"] as const;
const ps = ["workload", "pid", "source"] as const;
const wr = ["workload", "resource"] as const;

const gauge = <const N extends `mlx_${string}`, const L extends readonly string[]>(
  name: N,
  labels: L,
  help: string,
) => ({ name, type: "gauge", labels, help }) as const;
const counter = <const N extends `mlx_${string}_total`, const L extends readonly string[]>(
  name: N,
  labels: L,
  help: string,
) => ({ name, type: "counter", labels, help }) as const;

export const metrics = {
  // Per process.
  processInfo: gauge(
    "mlx_process_info",
    [
      ...p,
      "runtime",
      "role",
      "model",
      "port",
      "user",
      "unit",
      "container",
      "pod",
      "namespace",
      "mlx_version",
      "backend",
    ],
    "Facts about an MLX process; the value is always 1 and an unknown fact is empty.",
  ),
  processLabels: gauge(
    "mlx_process_labels_info",
    p,
    "Labels of the container and the pod of an MLX process, as `--labels.publish` names them: `label_` and the name, with `_` for what Prometheus does not take; the value is always 1.",
  ),
  processStartTime: gauge(
    "mlx_process_start_time_seconds",
    p,
    "Start time of the process in seconds since 1970.",
  ),
  processCpuSeconds: counter(
    "mlx_process_cpu_seconds_total",
    [...p, "mode"],
    "CPU time the process has used, by mode: user or system.",
  ),
  processMemoryUsed: gauge(
    "mlx_process_memory_used_bytes",
    p,
    "Memory that counts against the machine: resident plus swapped, on macOS the physical footprint.",
  ),
  processMemoryUsedPeak: gauge(
    "mlx_process_memory_used_peak_bytes",
    p,
    "Largest resident memory the kernel has seen of the process; on macOS the largest footprint.",
  ),
  processMemoryUsedTime: gauge(
    "mlx_process_memory_used_timestamp_seconds",
    p,
    "When mlx_process_memory_used_bytes was read, in seconds since 1970, where it is older than the scrape: on macOS without native calls.",
  ),
  processMemoryCompressed: gauge(
    "mlx_process_memory_compressed_bytes",
    p,
    "Memory of the process that macOS has compressed or swapped out, graphics memory included; part of mlx_process_memory_used_bytes.",
  ),
  processMemoryResident: gauge(
    "mlx_process_memory_resident_bytes",
    p,
    "Resident memory of the process.",
  ),
  processMemoryAnonymous: gauge(
    "mlx_process_memory_anonymous_bytes",
    p,
    "Resident anonymous memory; MLX weights read into memory are part of it.",
  ),
  processMemorySwap: gauge(
    "mlx_process_memory_swap_bytes",
    p,
    "Anonymous memory of the process that is in swap.",
  ),
  processMemoryVirtual: gauge(
    "mlx_process_memory_virtual_bytes",
    p,
    "Address space of the process.",
  ),
  processCgroupMemoryUsage: gauge(
    "mlx_process_cgroup_memory_usage_bytes",
    p,
    "Memory charged to the innermost cgroup that holds the process, file cache included.",
  ),
  processCgroupMemoryWorkingSet: gauge(
    "mlx_process_cgroup_memory_working_set_bytes",
    p,
    "Memory charged to the innermost cgroup that holds the process, less its inactive file cache.",
  ),
  processAllocatorActive: gauge(
    "mlx_process_allocator_active_bytes",
    p,
    "Memory in use by MLX's allocator, as the process reports it.",
  ),
  processAllocatorCache: gauge(
    "mlx_process_allocator_cache_bytes",
    p,
    "Freed memory that MLX's allocator keeps for reuse, as the process reports it; it still counts against the machine.",
  ),
  processAllocatorPeak: gauge(
    "mlx_process_allocator_peak_bytes",
    p,
    "Most memory that MLX's allocator had in use, cache aside, since the process started or reset it.",
  ),
  processAllocatorReportTime: gauge(
    "mlx_process_allocator_report_timestamp_seconds",
    p,
    "When the process last reported of its allocator, in seconds since 1970; the figures of an old report are absent.",
  ),
  processDiskRead: counter(
    "mlx_process_disk_read_bytes_total",
    p,
    "Bytes the process caused to be read from disk.",
  ),
  processDiskWritten: counter(
    "mlx_process_disk_written_bytes_total",
    p,
    "Bytes the process caused to be written to disk.",
  ),
  processMajorPageFaults: counter(
    "mlx_process_major_page_faults_total",
    p,
    "Page faults of the process that had to read from disk.",
  ),
  processGpuMemory: gauge(
    "mlx_process_gpu_memory_bytes",
    [...p, "gpu"],
    "GPU memory in the process's name, by UUID of the GPU or MIG instance. CUDA's managed memory, which MLX allocates, is in nobody's name.",
  ),
  processGpuUtilization: gauge(
    "mlx_process_gpu_utilization_ratio",
    [...p, "gpu"],
    "Share of the time since the look before in which kernels of the process ran on the GPU, 0 to 1, as NVIDIA's driver samples it.",
  ),
  processGpuSeconds: counter(
    "mlx_process_gpu_seconds_total",
    [...p, "gpu"],
    "GPU time that the process has used, on macOS.",
  ),
  processOpenFds: gauge("mlx_process_open_fds", p, "Open file descriptors of the process."),
  processThreads: gauge("mlx_process_threads", p, "Threads of the process."),
  processThreadsByName: gauge(
    "mlx_process_threads_by_name",
    [...p, "thread"],
    "Threads of the process that go by this name, numbers in it written as N; only with --collector.threads.",
  ),
  processThreadCpuSeconds: counter(
    "mlx_process_thread_cpu_seconds_total",
    [...p, "thread", "mode"],
    "CPU time of the process's threads by their name, those that ended since the exporter saw them included; only with --collector.threads.",
  ),
  processMemoryLimit: gauge(
    "mlx_process_memory_limit_bytes",
    ps,
    "Memory limit that applies to the process, by source.",
  ),
  processMemoryHeadroom: gauge(
    "mlx_process_memory_headroom_bytes",
    ps,
    "Memory left under the limit, at the level where least is left, siblings counted; may be negative.",
  ),
  processSwapLimit: gauge(
    "mlx_process_swap_limit_bytes",
    ps,
    "Swap limit that applies to the process, by source.",
  ),
  processSwapHeadroom: gauge(
    "mlx_process_swap_headroom_bytes",
    ps,
    "Swap left under the limit, at the level where least is left.",
  ),
  processGpuMemoryLimit: gauge(
    "mlx_process_gpu_memory_limit_bytes",
    [...ps, "gpu"],
    "GPU memory limit that applies to the process, by source and GPU.",
  ),
  processGpuMemoryHeadroom: gauge(
    "mlx_process_gpu_memory_headroom_bytes",
    [...ps, "gpu"],
    "GPU memory left under the limit, everybody's use counted where the limit is shared; may be negative.",
  ),
  processLockedMemoryLimit: gauge(
    "mlx_process_locked_memory_limit_bytes",
    ps,
    "Limit on memory that the process may lock.",
  ),
  processLockedMemoryHeadroom: gauge(
    "mlx_process_locked_memory_headroom_bytes",
    ps,
    "Memory that the process may still lock.",
  ),
  processCpuTimeLimit: gauge(
    "mlx_process_cpu_time_limit_seconds",
    ps,
    "CPU time after which the kernel stops the process.",
  ),
  processCpuTimeHeadroom: gauge(
    "mlx_process_cpu_time_headroom_seconds",
    ps,
    "CPU time the process may still use.",
  ),
  processCpuLimit: gauge(
    "mlx_process_cpu_limit_cores",
    ps,
    "CPU limit that applies to the process, by source.",
  ),
  processCpuHeadroom: gauge(
    "mlx_process_cpu_headroom_cores",
    ps,
    "CPU cores left under the limit, at the level where least is left; may be negative.",
  ),
  processThreadsLimit: gauge(
    "mlx_process_threads_limit",
    ps,
    "Limit on tasks that applies to the process, by source.",
  ),
  processThreadsHeadroom: gauge(
    "mlx_process_threads_headroom",
    ps,
    "Tasks that may still be created under the limit.",
  ),
  processOpenFdsLimit: gauge(
    "mlx_process_open_fds_limit",
    ps,
    "Limit on open file descriptors of the process.",
  ),
  processOpenFdsHeadroom: gauge(
    "mlx_process_open_fds_headroom",
    ps,
    "File descriptors that may still be opened.",
  ),
  processHeadroomRatio: gauge(
    "mlx_process_headroom_ratio",
    [...p, "resource", "source"],
    "Headroom divided by limit, 0 to 1, below 0 when the limit is exceeded.",
  ),
  processLimitBinding: gauge(
    "mlx_process_limit_binding_info",
    [...p, "resource", "source", "scope"],
    "The hard limit with the least headroom of a process and resource; the value is always 1.",
  ),

  // Per workload.
  workloadInfo: gauge(
    "mlx_workload_info",
    [...w, "runtime", "model", "mlx_version"],
    "Facts about a workload, one series per distinct set; the value is always 1.",
  ),
  workloadProcesses: gauge(
    "mlx_workload_processes",
    w,
    "Processes of the workload that run now; 0 for a configured or recently seen workload without any.",
  ),
  workloadExpected: gauge(
    "mlx_workload_expected",
    w,
    "1 if a workload without a process is a fault, else 0.",
  ),
  workloadMemoryUsed: gauge(
    "mlx_workload_memory_used_bytes",
    w,
    "Memory that counts against the machine, summed over the workload.",
  ),
  workloadMemoryResident: gauge(
    "mlx_workload_memory_resident_bytes",
    w,
    "Resident memory, summed over the workload.",
  ),
  workloadMemorySwap: gauge(
    "mlx_workload_memory_swap_bytes",
    w,
    "Memory of the workload that is swapped out, on macOS compressed or swapped out, summed over its processes.",
  ),
  workloadAllocatorActive: gauge(
    "mlx_workload_allocator_active_bytes",
    w,
    "Memory in use by MLX's allocator, summed over the workload; absent where one of its processes does not report.",
  ),
  workloadAllocatorCache: gauge(
    "mlx_workload_allocator_cache_bytes",
    w,
    "Freed memory that MLX's allocator keeps for reuse, summed over the workload; absent where one of its processes does not report.",
  ),
  workloadAllocatorReportTime: gauge(
    "mlx_workload_allocator_report_timestamp_seconds",
    w,
    "When the process of the workload that has been silent longest last reported of its allocator, in seconds since 1970; absent where none ever did.",
  ),
  workloadRanks: gauge(
    "mlx_workload_ranks",
    w,
    "Processes of the workload that are ranks of a distributed run here; absent where none is.",
  ),
  workloadMemoryUsedMax: gauge(
    "mlx_workload_memory_used_max_bytes",
    w,
    "Memory that counts against the machine, of the workload's largest process.",
  ),
  workloadMemoryUsedPeak: gauge(
    "mlx_workload_memory_used_peak_bytes",
    w,
    "Largest resident memory the kernel has seen of any running process of the workload.",
  ),
  workloadGpuMemory: gauge(
    "mlx_workload_gpu_memory_bytes",
    w,
    "GPU memory in the name of the workload's processes, summed over processes and GPUs.",
  ),
  workloadGpuMemoryMax: gauge(
    "mlx_workload_gpu_memory_max_bytes",
    w,
    "GPU memory in the name of the workload's process that has most, summed over its GPUs.",
  ),
  workloadOpenFds: gauge(
    "mlx_workload_open_fds",
    w,
    "Open file descriptors, summed over the workload.",
  ),
  workloadThreads: gauge("mlx_workload_threads", w, "Threads, summed over the workload."),
  workloadConnections: gauge(
    "mlx_workload_connections",
    w,
    "Established TCP connections of the workload's servers, those that wait to be accepted included; absent where none serves.",
  ),
  workloadHeadroomRatio: gauge(
    "mlx_workload_headroom_ratio",
    wr,
    "Headroom divided by limit, under the binding limit of the workload's worst process.",
  ),
  workloadMemoryLimit: gauge(
    "mlx_workload_memory_limit_bytes",
    w,
    "The memory limit that binds the worst process.",
  ),
  workloadMemoryHeadroom: gauge(
    "mlx_workload_memory_headroom_bytes",
    w,
    "Memory left under the limit that binds the worst process; may be negative.",
  ),
  workloadGpuMemoryLimit: gauge(
    "mlx_workload_gpu_memory_limit_bytes",
    w,
    "The GPU memory limit that binds the worst process.",
  ),
  workloadGpuMemoryHeadroom: gauge(
    "mlx_workload_gpu_memory_headroom_bytes",
    w,
    "GPU memory left under the limit that binds the worst process; may be negative.",
  ),
  workloadLimitBinding: gauge(
    "mlx_workload_limit_binding_info",
    [...wr, "source", "scope"],
    "The limit behind mlx_workload_headroom_ratio; the value is always 1.",
  ),
  workloadLimited: gauge(
    "mlx_workload_limited",
    wr,
    "1 if every process of the workload has a hard limit narrower than the host's, else 0; absent where one may stand that could not be seen.",
  ),
  workloadCpuSeconds: counter(
    "mlx_workload_cpu_seconds_total",
    w,
    "CPU time used by the workload's processes while the exporter watched.",
  ),
  workloadGpuSeconds: counter(
    "mlx_workload_gpu_seconds_total",
    w,
    "GPU time used by the workload's processes while the exporter watched, on macOS.",
  ),
  workloadProcessStarts: counter(
    "mlx_workload_process_starts_total",
    w,
    "Processes of the workload that started after it was first seen.",
  ),
  workloadProcessExits: counter(
    "mlx_workload_process_exits_total",
    [...w, "reason"],
    "Processes of the workload that ended while the exporter watched, by reason: oom_kill, or unknown for every other way to end, of which only the parent learns more.",
  ),
  workloadOomKills: counter(
    "mlx_workload_oom_kills_total",
    w,
    "Processes of the workload that the kernel killed for lack of memory while the exporter watched; absent where nothing counts them, as on macOS.",
  ),

  workloadCpuPeriods: counter(
    "mlx_workload_cpu_periods_total",
    w,
    "Scheduling periods that passed under CPU quotas around the workload while the exporter watched.",
  ),
  workloadCpuThrottledPeriods: counter(
    "mlx_workload_cpu_throttled_periods_total",
    w,
    "Of those periods, the ones in which a quota was used up early.",
  ),
  workloadCpuThrottledSeconds: counter(
    "mlx_workload_cpu_throttled_seconds_total",
    w,
    "Time that tasks under those quotas had to wait for the next period.",
  ),
  workloadMemoryLimitEvents: counter(
    "mlx_workload_memory_limit_events_total",
    [...w, "event"],
    "How often a memory limit around the workload was reached while the exporter watched, by event: high, max or oom. cgroup version 1 knows max alone, and counts there too when the kernel only had to give back file cache. A cgroup that is removed before the next look, as a unit's is when an OOM kill ends the unit, leaves one oom for each process killed, which the level above tells, and neither high nor max.",
  ),
  workloadSwapLimitEvents: counter(
    "mlx_workload_swap_limit_events_total",
    [...w, "event"],
    "How often memory of the workload could not be swapped out while the exporter watched, by event: max (a swap limit forbade it) or fail (for whatever reason).",
  ),
  workloadThreadsLimitEvents: counter(
    "mlx_workload_threads_limit_events_total",
    w,
    "How often a limit on tasks around the workload was reached while the exporter watched.",
  ),
  workloadPressureSeconds: counter(
    "mlx_workload_pressure_seconds_total",
    [...w, "resource", "kind"],
    "Time that tasks in the workload's cgroups waited for a resource while the exporter watched: some of them, or all of them (full). Of several cgroups the one that waited longest counts.",
  ),
  workloadProbeSuccess: gauge(
    "mlx_workload_probe_success",
    w,
    "1 if the workload answered its last probe with a token, else 0; absent without a probe, without a process, and when the last one is older than three intervals.",
  ),
  workloadProbeDuration: gauge(
    "mlx_workload_probe_duration_seconds",
    w,
    "How long the workload's last probe took, until its answer was whole or it was given up.",
  ),

  // The host.
  hostMemoryTotal: gauge("mlx_host_memory_total_bytes", [], "Installed memory."),
  hostMemoryAvailable: gauge(
    "mlx_host_memory_available_bytes",
    [],
    "Memory that programs can still get without swapping, as the kernel estimates it.",
  ),
  hostMemoryWired: gauge(
    "mlx_host_memory_wired_bytes",
    [],
    "Memory that is neither compressed nor swapped, resident GPU memory included; macOS.",
  ),
  hostMemoryWiredLimit: gauge(
    "mlx_host_memory_wired_limit_bytes",
    [],
    "What the GPU may wire: iogpu.wired_limit_mb where it is set, else what Metal recommends at most as a process under the reporter says it; macOS.",
  ),
  hostMemoryWiredUnattributed: gauge(
    "mlx_host_memory_wired_unattributed_bytes",
    [],
    "Wired memory that is no MLX process's graphics memory: what stays high after a process was killed has no owner any more; macOS.",
  ),
  hostMemoryCompressor: gauge(
    "mlx_host_memory_compressor_bytes",
    [],
    "Memory that the compressor occupies; macOS.",
  ),
  hostMemoryPressureLevel: gauge(
    "mlx_host_memory_pressure_level",
    [],
    "Memory pressure as the kernel judges it: 1 normal, 2 warning, 4 critical; macOS.",
  ),
  hostSwapTotal: gauge("mlx_host_swap_total_bytes", [], "Installed swap."),
  hostSwapUsed: gauge("mlx_host_swap_used_bytes", [], "Swap in use."),
  hostCpuCores: gauge("mlx_host_cpu_cores", [], "Online CPUs."),
  hostCpuSeconds: counter(
    "mlx_host_cpu_seconds_total",
    ["mode"],
    "CPU time of the host since boot, by mode.",
  ),
  hostOomKills: counter(
    "mlx_host_oom_kills_total",
    [],
    "Processes the kernel killed for lack of memory since boot.",
  ),
  hostPressureSeconds: counter(
    "mlx_host_pressure_seconds_total",
    ["resource", "kind"],
    "Time since boot that tasks waited for a resource: some of them, or all of them (full).",
  ),
  hostGpuInfo: gauge(
    "mlx_host_gpu_info",
    ["gpu", "name", "parent"],
    "A GPU, or a MIG instance and the GPU it is cut from as parent (empty for a GPU); the value is always 1.",
  ),
  hostGpuMemoryTotal: gauge("mlx_host_gpu_memory_total_bytes", ["gpu"], "Memory of the GPU."),
  hostGpuMemoryUsed: gauge(
    "mlx_host_gpu_memory_used_bytes",
    ["gpu"],
    "Memory of the GPU that is not free, what the driver keeps for itself included.",
  ),
  hostGpuMemoryUnattributed: gauge(
    "mlx_host_gpu_memory_unattributed_bytes",
    ["gpu"],
    "Used memory of the GPU that is neither the driver's nor in the name of any process, such as CUDA's managed memory.",
  ),
  hostGpuUtilization: gauge(
    "mlx_host_gpu_utilization_ratio",
    ["gpu"],
    "Share of the last moments in which any kernel ran on the GPU, 0 to 1.",
  ),
  hostBootTime: gauge("mlx_host_boot_time_seconds", [], "Boot time in seconds since 1970."),

  // The exporter itself.
  exporterBuildInfo: gauge(
    "mlx_exporter_build_info",
    ["version"],
    "Version of the exporter; the value is always 1.",
  ),
  exporterConfigReloadSuccessful: gauge(
    "mlx_exporter_config_last_reload_successful",
    [],
    "1 if the config file was good when it was last loaded, else 0; absent without a config file.",
  ),
  exporterConfigReloadTime: gauge(
    "mlx_exporter_config_last_reload_success_timestamp_seconds",
    [],
    "When the config file was last loaded successfully, in seconds since 1970; absent without a config file.",
  ),
  exporterCollectorSuccess: gauge(
    "mlx_exporter_collector_success",
    ["collector"],
    "1 if the collector did its work in this scrape, else 0.",
  ),
  exporterCollectorDuration: gauge(
    "mlx_exporter_collector_duration_seconds",
    ["collector"],
    "Seconds the collector took in this scrape.",
  ),
  exporterUnavailable: gauge(
    "mlx_exporter_unavailable",
    ["workload", "field", "reason"],
    "Processes of the workload for which a figure is absent, by reason: unlimited, forbidden, unsupported, not_measured, zero_limit or error. Field other_processes is of no workload and always 1: processes may run that are not seen.",
  ),
  exporterDropped: counter(
    "mlx_exporter_dropped_total",
    ["kind"],
    "What was left out because of a cap, by kind: processes, workloads, churn (new processes without series of their own) or label (values that were cut).",
  ),
} as const satisfies Record<string, Family>;

export type MetricKey = keyof typeof metrics;

/** Label names of one family. */
export type LabelOf<K extends MetricKey> = (typeof metrics)[K]["labels"][number];

/** One value of a family, with every label it must carry. */
export type Sample = {
  [K in MetricKey]: {
    readonly metric: K;
    readonly labels: Readonly<Record<LabelOf<K>, string>>;
    readonly value: number;
    /** The labels as an exposition writes them, from whoever keeps them from scrape to scrape. */
    readonly written?: string;
  };
}[MetricKey];
