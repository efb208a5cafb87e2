/** The library: the two wings as functions, and the nouns they speak. No code here. */
export { createExporter, type Exporter, type ExporterOptions } from "./exporter/exporter.ts";
export { realHost } from "./host/real-host.ts";
export type { Host } from "./model/host.ts";
export type { Limit } from "./model/limit.ts";
export type { MlxProcess } from "./model/process.ts";
export type { View } from "./model/view.ts";
export { metrics } from "./catalog/metrics.ts";
