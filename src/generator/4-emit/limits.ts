import { limitFiles, type LimitFile } from "../../catalog/limit-keys.ts";
import type { Artifact } from "../../model/artifact.ts";
import type { LimitPlan } from "../../model/limit-plan.ts";
import type { Plan } from "../../model/plan.ts";
import { head } from "./head.ts";
import type { Paths } from "./layout.ts";
import { emitMlxEnvironment, emitSystemd } from "./limits-lines.ts";
import { emitLaunchd } from "./limits-plist.ts";
import { emitCgroupV1, emitCgroupV2, emitUlimit } from "./limits-scripts.ts";
import { emitCompose, emitKubernetes } from "./limits-yaml.ts";

/** The manifests of every workload's limits, one file for each platform. */
export function emitLimits(plan: Plan, paths: Paths): readonly Artifact[] {
  return plan.limits.flatMap((limits) =>
    (Object.keys(limitFiles) as LimitFile[]).map((file) => {
      const path = paths.limits(limits.slug, file);
      const { use, emit } = manifests[file];
      return { path, text: emit(head(plan, path, ...limits.about, use), limits) };
    }),
  );
}

/** How a manifest is put to use, and its text below this head. */
interface Manifest {
  readonly use: string;
  readonly emit: (head: readonly string[], limits: LimitPlan) => string;
}

const inGroup =
  "For a host without systemd, as root: 'bash THIS PROGRAM [ARGUMENT…]' runs it in a cgroup of its own. Where systemd runs the tree of cgroups is its: use the drop-in.";

const manifests: Readonly<Record<LimitFile, Manifest>> = {
  "systemd.conf": {
    use: "A drop-in: copy it to /etc/systemd/system/UNIT.service.d/50-mlx-limits.conf, then run 'systemctl daemon-reload'; limits of files need a restart.",
    emit: emitSystemd,
  },
  "compose.yaml": {
    use: "An override: 'docker compose -f compose.yaml -f THIS up -d'. Call the service as your file does.",
    emit: emitCompose,
  },
  "kubernetes.yaml": {
    use: "A strategic merge patch: 'kubectl patch deployment NAME --patch-file THIS', or under patches: of a kustomization. Call Deployment and container as they are called.",
    emit: emitKubernetes,
  },
  "launchd.plist": {
    use: "Keys for the property list of a job: 'PlistBuddy -c \"Merge THIS\" JOB.plist', then load the job anew. Entries of a dictionary that the job has already are added by hand.",
    emit: emitLaunchd,
  },
  "ulimit.sh": {
    use: "For a program that is started by hand: 'bash THIS PROGRAM [ARGUMENT…]'. Of one that runs: 'prlimit --pid PID'.",
    emit: emitUlimit,
  },
  "cgroup-v2.sh": {
    use: inGroup,
    emit: emitCgroupV2,
  },
  "cgroup-v1.sh": {
    use: inGroup,
    emit: emitCgroupV1,
  },
  "mlx.env": {
    use: "The environment of a program that runs under the reporter: EnvironmentFile= of a unit, env_file: of Compose, or 'set -a; . THIS' in a shell.",
    emit: emitMlxEnvironment,
  },
};
