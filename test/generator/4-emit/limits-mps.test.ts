import assert from "node:assert/strict";
import { parse } from "yaml";
import { limitFiles, type LimitFile } from "../../../src/catalog/limit-keys.ts";
import { parseMpsLimits } from "../../../src/model/mps-limit.ts";
import { defaultPolicy, rollouts, type Rollout } from "../../../src/model/policy.ts";
import { assertGolden } from "../../support/golden.ts";
import { examples, limitManifests } from "../limit-manifests.ts";

const made = new Map(
  rollouts.map((rollout) => [rollout, limitManifests(examples, { ...defaultPolicy, rollout })]),
);
const onCard = (file: LimitFile, rollout: Rollout, slug = "coder") =>
  made.get(rollout)?.get(`limits/${slug}.${file}`) ?? "";
const effective = (text: string) => text.split("\n").filter((line) => /^[^#]/.test(line));

describe("manifests of limits for a workload on an NVIDIA card", () => {
  for (const file of ["compose.yaml", "kubernetes.yaml", "mlx.env", "mps.env"] as const)
    it(`${file} is as the golden has it for the example on a card`, () => {
      assertGolden(`limits/coder.${file}`, onCard(file, "hard"));
    });

  it("hand out one card where it was recorded on one, from hard on", () => {
    const compose = (rollout: Rollout) =>
      (parse(onCard("compose.yaml", rollout)) as { services: { coder: { deploy?: unknown } } })
        .services.coder.deploy;
    const devices = [{ driver: "nvidia", count: 1, capabilities: ["gpu"] }];
    assert.deepEqual(compose("hard"), { resources: { reservations: { devices } } });
    assert.equal(compose("soft"), undefined);
    assert.match(onCard("kubernetes.yaml", "hard"), /^ {14}nvidia\.com\/gpu: "1"$/m);
    assert.match(onCard("kubernetes.yaml", "soft"), /^# {3}nvidia\.com\/gpu: "1"$/m);
  });

  it("name what bounds no memory of a card, in every manifest of Linux, and only where there is one", () => {
    const linux = (Object.keys(limitFiles) as LimitFile[]).filter(
      (file) => !/plist|ulimit|env$/.test(file),
    );
    for (const file of linux) {
      assert.match(onCard(file, "hard"), /^# memory of the card: not set\. .* mps\.env\.$/m, file);
      assert.doesNotMatch(onCard(file, "hard", "chat"), /of the card/, file);
    }
    assert.match(onCard("mlx.env", "hard"), /^# MLX_HEADROOM_WIRED_LIMIT: not set\. /m);
  });

  it("tell MPS a limit that the exporter reads again, with hard alone, and none that does not hold", () => {
    const [line = ""] = effective(onCard("mps.env", "hard"));
    const value = line.replace("CUDA_MPS_PINNED_DEVICE_MEM_LIMIT=", "");
    assert.deepEqual(parseMpsLimits(value), [{ ordinal: 0, bytes: 19136 * 1024 ** 2 }]);
    assert.deepEqual(effective(onCard("mps.env", "hard")), [line]);
    assert.deepEqual(effective(onCard("mps.env", "soft")), []);
    assert.deepEqual(effective(onCard("mps.env", "observe")), []);
    assert.match(onCard("mps.env", "soft"), /^#CUDA_MPS_PINNED_DEVICE_MEM_LIMIT=0=19136M$/m);
    assert.match(onCard("mps.env", "hard"), /^# CUDA_MPS_ACTIVE_THREAD_PERCENTAGE: not set\./m);
    assert.match(onCard("mps.env", "hard"), /"set_default_device_pinned_mem_limit 0 19136M"/);
    const own = { thresholds: {}, alerts: {}, limits: { gpu_memory: 20_000_000_000 } };
    const policy = { ...defaultPolicy, rollout: "hard", workloads: { coder: own } } as const;
    const named = limitManifests(examples, policy).get("limits/coder.mps.env") ?? "";
    assert.match(named, /^CUDA_MPS_PINNED_DEVICE_MEM_LIMIT=0=19073M$/m);
  });
});
