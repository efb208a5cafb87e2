import type { ConfigState, ReloadOutcome } from "../model/config-state.ts";
import type { Clock } from "../model/host.ts";
import type { Log } from "../model/log.ts";
import { UserError } from "../model/user-error.ts";
import type { WorkloadRule } from "../model/workload-rule.ts";

/** Loads the config file again while the exporter runs. */
export interface Reloader {
  /** Takes a good file over; a bad one changes nothing but the state, and the log says why. */
  reload(): ReloadOutcome;
  /** Absent without a config file. */
  state(): ConfigState | undefined;
}

/** `loadRules` is absent without a config file; it was called once before, and the file was good then. */
export function createReloader(
  loadRules: (() => readonly WorkloadRule[]) | undefined,
  configure: (rules: readonly WorkloadRule[]) => void,
  clock: Clock,
  log: Log,
): Reloader {
  let state =
    loadRules === undefined ? undefined : { successful: true, loadedAt: clock.unixSeconds() };

  return {
    reload() {
      if (loadRules === undefined || state === undefined) {
        log.write("info", "no config file was given, nothing to reload");
        return { ok: true, sentence: "No config file was given: there is nothing to reload." };
      }
      try {
        const rules = loadRules();
        configure(rules);
        state = { successful: true, loadedAt: clock.unixSeconds() };
        log.write("info", "config file reloaded", { workloads: rules.length });
        return { ok: true, sentence: "The config file was reloaded." };
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        state = { ...state, successful: false };
        log.write("error", "config file not reloaded, the old config stays", {
          error: error.message,
        });
        return { ok: false, sentence: error.message };
      }
    },
    state: () => state,
  };
}
