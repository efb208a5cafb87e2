import type { Host } from "../model/host.ts";
import { readDocument } from "./document.ts";
import { configSchema, type Config } from "./schema.ts";

/** Loads the file given with --config.file. */
export function loadConfig(host: Host, path: string): Config {
  return readDocument(host, path, "--config.file", configSchema) as Config;
}
