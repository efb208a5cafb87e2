import type { LimitFile } from "../../catalog/limit-keys.ts";
import type { LimitName, LimitPlan } from "../../model/limit-plan.ts";
import { hashed, mebibytes, notEnforced, rowsOf } from "./limit-rows.ts";

/** A drop-in of a systemd service. What is held back is commented out. */
export function emitSystemd(head: readonly string[], limits: LimitPlan): string {
  const assign = (key: string, value: number, name: LimitName) => {
    if (name === "cpu_max") return `${key}=${Math.round(value * 100)}%`;
    return `${key}=${name.startsWith("memory") ? mebibytes(value, "M") : value}`;
  };
  const held = (line: string) => (limits.restarts ? line : `#${line}`);
  return text([
    ...hashed(head),
    "",
    "[Unit]",
    "# A service that is killed again and again stays down, and MlxWorkloadDown tells of it.",
    held("StartLimitIntervalSec=10min"),
    held("StartLimitBurst=5"),
    "",
    "[Service]",
    ...settings("systemd.conf", limits, assign),
    "# A kill ends all processes of the service, not one without which the others only wait.",
    held("OOMPolicy=kill"),
    held("Restart=on-failure"),
    held("RestartSec=10s"),
    "# From systemd 254 on, waits may grow:",
    "#RestartSteps=5",
    "#RestartMaxDelaySec=5min",
    ...hashed(notEnforced("systemd.conf", limits)),
  ]);
}

/** Each limit on a line of its own below its comment. */
export function settings(
  file: LimitFile,
  limits: LimitPlan,
  assign: (key: string, value: number, name: LimitName) => string,
): readonly string[] {
  return rowsOf(file, limits).flatMap(({ key, setting, comment }) => {
    const line = assign(key, setting.value, setting.name);
    return [...hashed(comment), setting.inForce ? line : `#${line}`, ""];
  });
}

export function text(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
