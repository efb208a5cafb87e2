import type { Files } from "../model/host.ts";
import { checkDocument, readText } from "./document.ts";
import { configSchema, type Config } from "./schema.ts";

/** Loads the file given with --config.file. */
export function loadConfig(files: Files, path: string): Config {
  return checkDocument(path, readText(files, path, "--config.file"), configSchema) as Config;
}
