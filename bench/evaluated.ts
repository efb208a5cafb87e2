import { sleep } from "./measure.ts";

/** The sums of the durations of rule groups in one evaluation, by what they belong to, in seconds. */
export interface Evaluated {
  readonly constants: number;
  readonly joined: number;
  readonly inlined: number;
}

/**
 * Waits until every group has been evaluated, and reads how long each took, once for each evaluation. The quietest
 * counts for both sides: whatever else the machine does can only make one longer.
 */
export async function evaluated(
  url: string,
  rounds: number,
  intervalSeconds: number,
): Promise<Evaluated> {
  // What has just begun also reads its rules for the first time, and rates have no second sample yet.
  await sleep(4 * intervalSeconds * 1000);
  let quietest: Evaluated = { constants: Infinity, joined: Infinity, inlined: Infinity };
  for (let round = 0; round < rounds; round++) {
    await sleep(intervalSeconds * 1000);
    const sums = sumsOf(await readGroups(url));
    if (total(sums) < total(quietest)) quietest = sums;
  }
  return quietest;
}

function total({ constants, joined, inlined }: Evaluated): number {
  return constants + joined + inlined;
}

function sumsOf(groups: readonly Group[]): Evaluated {
  const failing = groups.flatMap(({ rules }) => rules).find(({ health }) => health !== "ok");
  if (failing !== undefined) throw new Error(failing.lastError ?? failing.health);
  const sum = (belongs: RegExp) =>
    groups
      .filter(({ name }) => belongs.test(name))
      .reduce((seconds, { evaluationTime }) => seconds + evaluationTime, 0);
  return {
    constants: sum(/^mlx-(thresholds|baselines-)/),
    joined: sum(/^joined$/),
    inlined: sum(/^inlined-/),
  };
}

interface Group {
  readonly name: string;
  readonly evaluationTime: number;
  readonly rules: readonly { readonly health: string; readonly lastError?: string }[];
}

async function readGroups(url: string): Promise<readonly Group[]> {
  const response = await fetch(`${url}/api/v1/rules`, { signal: AbortSignal.timeout(60_000) });
  return ((await response.json()) as { readonly data: { readonly groups: readonly Group[] } }).data
    .groups;
}
