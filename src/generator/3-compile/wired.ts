import type { Policy } from "../../model/policy.ts";
import type { Profile } from "../../model/profile.ts";
import { mlxMemory } from "./limits-mlx.ts";
import { recordedOn } from "./recorded-on.ts";

const MiB = 1024 ** 2;
/** What macOS lets the GPU wire by itself at the least, and what MlxGpuWiredOverCommitted calls too much, of all memory. */
const shares = { default: 2 / 3, most: 0.8 } as const;

/**
 * Advice on `iogpu.wired_limit_mb`, which is of the whole machine: what this workload wants, what all that were recorded
 * on such a Mac want together, and whether the system's own choice is enough. Never a setting.
 */
export function wiredAdvice(
  profile: Profile,
  policy: Policy,
  all: readonly Profile[],
): readonly string[] {
  const own = wantedMiB(profile, policy);
  if (recordedOn(profile) !== "macos" || own === undefined) return [];
  const others = all.filter(
    (other) => other !== profile && recordedOn(other) === "macos" && mayShare(profile, other),
  );
  const wanted = others.map((other) => ({
    name: other.workload,
    MiB: wantedMiB(other, policy) ?? 0,
  }));
  const sum = wanted.reduce((total, each) => total + each.MiB, own);
  return [
    "iogpu.wired_limit_mb: not set. It bounds the GPU's wired memory of all programs of a Mac together; root sets it by sysctl, and a reboot undoes it. 0 is macOS's own choice, two thirds to three quarters of its memory.",
    `${profile.workload} wants ${own} MiB of it, as MLX_HEADROOM_WIRED_LIMIT of mlx.env; what counts is the sum over all that run on the Mac.`,
    ...(wanted.length === 0
      ? []
      : [
          `Where these run beside it, ${[...wanted.map((each) => `${each.name} (${each.MiB} MiB)`)].join(", ")}, the sum is ${sum} MiB.`,
        ]),
    verdict(sum, profile.host?.memoryBytes),
  ];
}

function wantedMiB(profile: Profile, policy: Policy): number | undefined {
  const memory = mlxMemory(profile, policy);
  return memory && Math.ceil(memory.value / MiB);
}

/** Profiles of two classes of hosts are never of one machine. */
function mayShare(one: Profile, other: Profile): boolean {
  return Object.entries(one.labels ?? {}).every(
    ([name, value]) => (other.labels?.[name] ?? value) === value,
  );
}

function verdict(sum: number, memoryBytes: number | undefined): string {
  if (memoryBytes === undefined)
    return "Leave it at 0 where that is below two thirds of the Mac's memory, and never set more than four fifths.";
  const memory = Math.floor(memoryBytes / MiB);
  const most = Math.floor(memory * shares.most);
  const of = `${memory} MiB of memory that it was recorded with`;
  if (sum <= memory * shares.default)
    return `${sum} MiB are no more than two thirds of the ${of}: leave it at 0.`;
  if (sum <= most)
    return `${sum} MiB are more than two thirds of the ${of}: 'sudo sysctl iogpu.wired_limit_mb=${sum}' makes room, and never more than ${most}, where MlxGpuWiredOverCommitted warns and the Mac may freeze.`;
  return `${sum} MiB are more than four fifths of the ${of}: no value makes room for that. Above ${most} MlxGpuWiredOverCommitted warns and the Mac may freeze: load fewer or smaller models.`;
}
