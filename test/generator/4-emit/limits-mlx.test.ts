import assert from "node:assert/strict";
import { defaultPolicy, type Rollout } from "../../../src/model/policy.ts";
import type { Profile } from "../../../src/model/profile.ts";
import { examples, limitManifests } from "../limit-manifests.ts";
import { profile } from "../profile-document.ts";

const manifests = (rollout: Rollout, profiles: readonly Profile[]) =>
  limitManifests(profiles, { ...defaultPolicy, rollout });
const ofExamples = manifests("hard", examples);
const manifest = (file: string, slug = "chat") => ofExamples.get(`limits/${slug}.${file}`) ?? "";

describe("what only a person can set", () => {
  it("flags of the server and of the whole Mac are comments, each with its number or what to look at", () => {
    const text = manifest("mlx.env");
    assert.match(
      text,
      /^# {3}--prompt-cache-bytes 10815012864\n# {5}max 18\.0 GiB .*Weaker than it looks/m,
    );
    assert.match(text, /^# {3}--decode-concurrency\n# {5}no number: /m);
    assert.match(text, /^# iogpu\.wired_limit_mb: not set\. /m);
    assert.match(manifest("launchd.plist"), /^<!--\niogpu\.wired_limit_mb: not set\. /m);
    assert.doesNotMatch(manifest("launchd.plist", "coder"), /iogpu/);
    const flagsOf = (runtime?: string) => {
      const made = manifests("hard", [profile({ runtime })]).get("limits/chat.mlx.env") ?? "";
      return /^# Flags .*$/m.exec(made)?.[0];
    };
    assert.match(flagsOf() ?? "", /the profile names no `runtime`/);
    assert.match(flagsOf("exo") ?? "", /^# Flags of exo: none /);
  });

  it("stays a comment whatever a profile says", () => {
    const evil = "x\nMLX_HEADROOM_MEMORY_LIMIT=1\u2028y";
    const recorded = profile({
      runtime: evil,
      host: { os: "Debian", gpus: [evil] },
      figures: {
        per: "process",
        scenarios: { peak: { runs: 1, n: 9, resources: { gpu_memory: { max: 2 ** 30 } } } },
      },
    });
    for (const [path, text] of manifests("observe", [recorded]))
      assert.doesNotMatch(text, /^MLX_HEADROOM|\u2028/m, path);
  });
});
