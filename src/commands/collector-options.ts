import {
  collectorNames,
  collectors,
  type CollectorName,
  type CollectorRow,
  type Platform,
} from "../catalog/collectors.ts";
import type { Call, Option } from "../model/command.ts";

const systemNames: Readonly<Record<Platform, string>> = { linux: "Linux", darwin: "macOS" };

/** One switch for each collector that has one, and a switch for all of them. */
export const collectorFlags: Readonly<Record<string, Option>> = {
  ...Object.fromEntries(
    collectorNames.flatMap((name): readonly (readonly [string, Option])[] => {
      const { runs, platforms, help: gives }: CollectorRow = collectors[name];
      if (runs === "always") return [];
      const [platform, another] = platforms;
      const help =
        another === undefined && platform !== undefined
          ? `${systemNames[platform]} only: ${gives}`
          : gives;
      const unsaid = runs === "unless switched off" ? "on" : "off";
      return [[`collector.${name}`, { type: "boolean", unsaid, help }]];
    }),
  ),
  "collector.disable-defaults": {
    type: "boolean",
    help: "Switch every collector off that is not asked for by its own --collector.NAME.",
  },
};

/**
 * The collectors a call asks for: its own switch decides, then, for containers, whether there is a socket to ask, then
 * --collector.disable-defaults, then the table.
 */
export function collectorsOf(call: Call): ReadonlySet<CollectorName> {
  const defaults = call.options["collector.disable-defaults"] !== true;
  return new Set(
    collectorNames.filter((name) => {
      const { runs }: CollectorRow = collectors[name];
      if (runs === "always") return true;
      const asked = name === "containers" && call.options["containers.socket"] !== undefined;
      const unsaid = asked || (defaults && runs === "unless switched off");
      return call.options[`collector.${name}`] ?? unsaid;
    }),
  );
}
