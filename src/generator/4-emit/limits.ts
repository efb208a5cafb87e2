import type { LimitFile } from "../../catalog/limit-keys.ts";
import type { Artifact } from "../../model/artifact.ts";
import type { LimitPlan } from "../../model/limit-plan.ts";
import type { Plan } from "../../model/plan.ts";
import { head } from "./head.ts";
import type { Paths } from "./layout.ts";
import { emitSystemd } from "./limits-lines.ts";
import { emitMlxEnvironment } from "./limits-mlx.ts";
import { emitMps } from "./limits-mps.ts";
import { filesOf } from "./limit-rows.ts";
import { emitLaunchd } from "./limits-plist.ts";
import { emitCgroupV1, emitCgroupV2, emitUlimit } from "./limits-scripts.ts";
import { emitCompose, emitKubernetes } from "./limits-yaml.ts";

/** The manifests of every workload's limits, one file for each platform. */
export function emitLimits(plan: Plan, paths: Paths): readonly Artifact[] {
  return plan.limits.flatMap((limits) =>
    filesOf(limits).map((file) => {
      const path = paths.limits(limits.slug, file);
      const { atLimit, use, emit } = manifests[file];
      return { path, text: emit(head(plan, path, ...limits.about, atLimit, use), limits) };
    }),
  );
}

/** What its platform does at the limits, how a manifest is put to use, and its text below this head. */
interface Manifest {
  readonly atLimit: string;
  readonly use: string;
  readonly emit: (head: readonly string[], limits: LimitPlan) => string;
}

const onLinux =
  "At a limit: memory is taken back, then the kernel kills; CPU waits; tasks and files are refused.";
const inCgroup =
  "At a limit: memory is taken back, then the kernel kills; CPU waits; tasks are refused. Files have none here.";

const inGroup =
  "For a host without systemd, as root: 'bash THIS PROGRAM [ARGUMENT…]' runs it in a cgroup of its own. Where systemd runs the tree of cgroups is its: use the drop-in.";

const manifests: Readonly<Record<LimitFile, Manifest>> = {
  "systemd.conf": {
    atLimit: onLinux,
    use: "A drop-in: copy it to /etc/systemd/system/UNIT.service.d/50-mlx-limits.conf, then run 'systemctl daemon-reload'; limits of files need a restart.",
    emit: emitSystemd,
  },
  "compose.yaml": {
    atLimit: onLinux,
    use: "An override: 'docker compose -f compose.yaml -f THIS up -d'. Call the service as your file does.",
    emit: emitCompose,
  },
  "kubernetes.yaml": {
    atLimit:
      "At a limit: of memory the container is killed and started again, of CPU it waits. Tasks and files have none here.",
    use: "A strategic merge patch: 'kubectl patch deployment NAME --patch-file THIS', or under patches: of a kustomization. Call Deployment and container as they are called.",
    emit: emitKubernetes,
  },
  "launchd.plist": {
    atLimit:
      "At a limit: files are refused. Of memory macOS enforces none: MLX waits and gives its cache back, where the reporter runs.",
    use: "Keys for the property list of a job: 'PlistBuddy -c \"Merge THIS\" JOB.plist', then load the job anew. Entries of a dictionary that the job has already are added by hand.",
    emit: emitLaunchd,
  },
  "ulimit.sh": {
    atLimit: "At a limit: files are refused. Memory, CPU and threads have none here.",
    use: "For a program that is started by hand: 'bash THIS PROGRAM [ARGUMENT…]'. For one that runs already, on Linux: 'bash THIS --pid PID'.",
    emit: emitUlimit,
  },
  "cgroup-v2.sh": {
    atLimit: inCgroup,
    use: inGroup,
    emit: emitCgroupV2,
  },
  "cgroup-v1.sh": {
    atLimit: inCgroup,
    use: inGroup,
    emit: emitCgroupV1,
  },
  "mlx.env": {
    atLimit:
      "At a limit: MLX waits for work to finish and goes on above it, or gives cached memory back. Nothing fails and nothing is killed.",
    use: "The environment of a program that runs under the reporter: EnvironmentFile= of a unit, env_file: of Compose, or 'set -a; . THIS' in a shell.",
    emit: emitMlxEnvironment,
  },
  "mps.env": {
    atLimit:
      "At a limit: an allocation on the card fails in this program alone, which ends or answers with an error.",
    use: "The environment of a client of NVIDIA's Multi-Process Service (CUDA 11.5 and Volta or newer), as mlx.env is put to use. It is ignored where the daemon of MPS does not run.",
    emit: emitMps,
  },
};
