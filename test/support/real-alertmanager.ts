import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  startAlertmanager,
  type Alertmanager,
  type AlertmanagerBinary,
} from "../../lab/alertmanager.ts";
import { temporaryFolder } from "../../lab/children.ts";
import { generate } from "../../src/generator/generator.ts";
import type { Notify } from "../../src/model/notify.ts";
import { defaultPolicy } from "../../src/model/policy.ts";
import { orSkip } from "./lab.ts";

/** How long groups wait in tests, in seconds: what is not told within several of these is not told. */
export const groupInterval = 2;

/** Writes what compile makes for Alertmanager, with short waits; gives back the path of its configuration. */
export function writeRouting(folder: string, notify?: Notify, webhookUrl?: string): string {
  const artifacts = generate([], {
    version: "0",
    layout: "tree",
    ...(notify && { policy: { ...defaultPolicy, notify } }),
    ...(webhookUrl !== undefined && { webhookUrl }),
  });
  for (const { path, text } of artifacts) {
    if (!path.startsWith("alertmanager/")) continue;
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, quick(text));
  }
  return join(folder, "alertmanager", "alertmanager.yml");
}

/** A real Alertmanager on a compiled configuration, which `configure` replaces. */
export async function compiledAlertmanager(
  context: Mocha.Context,
  binary: AlertmanagerBinary,
  webhookUrl: string,
): Promise<{ alertmanager: Alertmanager; configure: (notify?: Notify) => Promise<void> }> {
  const folder = temporaryFolder("routing");
  const configFile = writeRouting(folder, undefined, webhookUrl);
  const { alertmanager } = orSkip(context, await startAlertmanager(binary, { configFile }));
  return {
    alertmanager,
    configure: async (notify) => {
      writeRouting(folder, notify, webhookUrl);
      await alertmanager.reload();
    },
  };
}

function quick(text: string): string {
  return text
    .replaceAll(/group_wait: \w+/g, "group_wait: 1s")
    .replaceAll(/group_interval: \w+/g, `group_interval: ${groupInterval}s`);
}
