/**
 * What a thousand workloads cost: compiling them, evaluating their rules in a real Prometheus beside the same alerts
 * with thresholds inlined, and testing one of them. Writes the section of RESULTS.md. `npm run bench:compile`.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, setPriority, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { findPrometheus, startPrometheus } from "../lab/prometheus.ts";
import { printedProgress } from "../lab/progress.ts";
import { startTarget } from "../test/support/history-target.ts";
import { profileDocument } from "../test/generator/profile-document.ts";
import { compileReport, type CompileFigures, type Took } from "./compile-report.ts";
import { evaluated } from "./evaluated.ts";
import { sides } from "./inlined.ts";
import { keep } from "./keep.ts";
import { population } from "./workload-series.ts";

const count = 1000;
const rounds = 7;
const intervalSeconds = 15;
const bin = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "mlx-headroom-bench-"));

/** Profiles of grade C with every resource: as many constants as a workload can have. */
function writeProfiles(into: string, workloads: number): void {
  const most = { p95: 3_000_000_000, max: 4_000_000_000 };
  const resources = { memory: most, gpu_memory: most, cpu: { p95: 3, max: 4 } };
  const scenario = { runs: 1, n: 60, resources };
  const figures = { per: "process", scenarios: { average: scenario, peak: scenario } };
  mkdirSync(into, { recursive: true });
  for (let index = 0; index < workloads; index++) {
    const workload = `w${index}`;
    const text = profileDocument({ workload, grade: "C", figures });
    writeFileSync(join(into, `${workload}.yaml`), text);
  }
}

/** Runs compile as somebody would: seconds, those of CPU, and the largest resident memory of its process in MiB. */
function compile(profiles: string, out: string): CompileFigures["compiled"] {
  const tell =
    "process.on('exit',()=>{const u=process.resourceUsage();console.error('KiB '+u.maxRSS+' us '+(u.userCPUTime+u.systemCPUTime))})";
  const flags = ["compile", "--profiles", profiles, "--out", out];
  const began = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${tell}`, bin, ...flags],
    { encoding: "utf8", maxBuffer: 2 ** 26 },
  );
  if (status !== 0) throw new Error(stderr);
  return {
    seconds: (performance.now() - began) / 1000,
    cpuSeconds: Number(/us (\d+)/.exec(stderr)?.[1]) / 1e6,
    mebibytes: Number(/KiB (\d+)/.exec(stderr)?.[1]) / 1024,
  };
}

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert?: string }[] }[];
}

function alertRules(out: string): number {
  const text = readFileSync(join(out, "prometheus", "rules", "mlx-alerts.yml"), "utf8");
  return (parse(text) as Rules).groups
    .flatMap(({ rules }) => rules)
    .filter(({ alert }) => alert !== undefined).length;
}

/** The tests of one workload, the fastest of three, so that what else the machine does counts least. */
function testsOf(out: string): Took {
  const file = join(out, "prometheus", "tests", "mlx-baselines-w0.yml");
  const took = [1, 2, 3].map((): Took => {
    const began = performance.now();
    // The shell's second line of times is the CPU of what it has waited for.
    const script = 'promtool test rules "$1" >&2 && times';
    const { status, stdout, stderr } = spawnSync("sh", ["-c", script, "sh", file], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(stderr);
    const seconds = (performance.now() - began) / 1000;
    const cpu = [...(stdout.split("\n")[1] ?? "").matchAll(/(\d+)m([\d.]+)s/g)];
    const cpuSeconds = cpu.reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0);
    return { seconds, cpuSeconds };
  });
  return {
    seconds: Math.min(...took.map(({ seconds }) => seconds)),
    cpuSeconds: Math.min(...took.map(({ cpuSeconds }) => cpuSeconds)),
  };
}

try {
  // What else runs shall count least. Only root may; everybody else measures on a quiet machine.
  if (userInfo().uid === 0) setPriority(-20);
  const [one, many] = [join(folder, "one"), join(folder, "many")];
  writeProfiles(join(one, "profiles"), 1);
  writeProfiles(join(many, "profiles"), count);
  compile(join(one, "profiles"), join(one, "out"));
  const compiled = compile(join(many, "profiles"), join(many, "out"));
  const tests = { one: testsOf(join(one, "out")), many: testsOf(join(many, "out")) };

  const binary = await findPrometheus(printedProgress(process.stderr, { slowStepsOnly: true }));
  if (binary.kind === "unavailable") throw new Error(binary.why);
  const rules = join(many, "out", "prometheus", "rules");
  const both = sides(rules);
  writeFileSync(join(folder, "joined.yml"), both.joined);
  writeFileSync(join(folder, "inlined.yml"), both.inlined);
  const target = await startTarget(() => population(count));
  const configFile = join(folder, "prometheus.yml");
  writeFileSync(
    configFile,
    JSON.stringify({
      global: {
        scrape_interval: `${intervalSeconds}s`,
        evaluation_interval: `${intervalSeconds}s`,
      },
      rule_files: [
        join(rules, "mlx-recording.yml"),
        join(rules, "mlx-baselines", "*.yml"),
        join(folder, "joined.yml"),
        join(folder, "inlined.yml"),
      ],
      scrape_configs: [
        {
          job_name: "mlx-headroom",
          honor_labels: true,
          static_configs: [{ targets: [target.address] }],
        },
      ],
    }),
  );
  const started = await startPrometheus(binary, { configFile });
  if (started.kind === "unavailable") throw new Error(started.why);
  try {
    const figures = await evaluated(started.prometheus.url, rounds, intervalSeconds);
    const section = compileReport({
      machine: {
        cores: cpus().length,
        load: loadavg()[0] ?? NaN,
        kernel: release(),
        node: process.versions.node,
        prometheus: started.prometheus.version,
      },
      workloads: readdirSync(join(rules, "mlx-baselines")).length,
      compiled,
      tests,
      constantsEach: both.constantsEach,
      alertRules: { one: alertRules(join(one, "out")), many: alertRules(join(many, "out")) },
      compared: { joined: both.joinedRules, inlined: both.inlinedRules },
      figures,
      rounds,
    });
    console.log(section);
    keep(section);
  } finally {
    await started.prometheus.stop();
    await target.close();
  }
} finally {
  rmSync(folder, { recursive: true });
}
