import type { Files } from "../model/host.ts";
import { checkDocument, readText } from "./document.ts";
import { configSchema, type Config } from "./schema.ts";

/** Loads a config file; `flag` is how the user named it. */
export function loadConfig(files: Files, path: string, flag = "--config.file"): Config {
  return checkDocument(path, readText(files, path, flag), configSchema) as Config;
}
