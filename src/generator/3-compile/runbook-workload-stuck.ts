import type { Runbook } from "./alert.ts";
import { cases, steps } from "./runbook-text.ts";

/** What to do about a server that is alive and useless. */
export const stuckRunbook: Runbook = {
  meaning:
    "Processes of the workload run, but for five minutes no [probe](probes.md) was answered with a token (warning). Without a probe, and with `--collector.connections`: clients have been connected for a quarter of an hour in which it used neither CPU nor GPU (information, for they may keep idle connections on purpose). It does not mend itself.",
  linux: steps(
    'Ask yourself: `curl -sm 60 http://127.0.0.1:PORT/v1/chat/completions -H \'content-type: application/json\' -d \'{"messages":[{"role":"user","content":"Hi"}],"max_tokens":1}\'`. An answer after a long while means busy, not stuck: fewer requests at once (`--decode-concurrency`), or a longer `timeout` of the probe.',
    "Before the restart, keep the evidence: `py-spy dump --pid PID`, and the last lines of its log. A traceback in `_generate`, `[metal::malloc] Resource limit` or `GPU Timeout` name the fault. CPU pinned at 100 % in a distributed run is a rank that waits for a dead one: see [MlxRankMissing](#mlxrankmissing).",
    "`systemctl restart UNIT` or `docker restart NAME`.",
  ),
  macos: steps(
    "Ask it, as on Linux.",
    "Keep the evidence: `sample PID 5`, the server's log, and `log show --last 15m --predicate 'eventMessage CONTAINS \"GPU\"'`: after a GPU timeout every later submission is ignored until the process ends.",
    "End it with SIGTERM (`launchctl kill TERM gui/$UID/LABEL`) and wait: a killed process can leave its wired memory behind.",
  ),
  prevent: cases(
    "Newer versions of mlx-lm answer `/health` with 503 when the generating thread is dead: let the supervisor ask it.",
    "The buffer count that `Resource limit (499000)` speaks of rises with every token: restart such a server in a quiet hour each day.",
  ),
};
