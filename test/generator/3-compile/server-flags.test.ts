import assert from "node:assert/strict";
import { runtimes } from "../../../src/exporter/1-discover/runtimes.ts";
import { serverFlags } from "../../../src/catalog/server-flags.ts";
import { flagAdvice } from "../../../src/generator/3-compile/server-flags.ts";
import { defaultPolicy } from "../../../src/model/policy.ts";
import { profile } from "../profile-document.ts";

const GB = 1e9;

/** A profile of some scenarios, each with figures of some resources. */
function recorded(
  runtime: string | undefined,
  scenarios: Readonly<Record<string, object>>,
  more: object = {},
) {
  const whole = Object.fromEntries(
    Object.entries(scenarios).map(([name, resources]) => [name, { runs: 1, n: 60, resources }]),
  );
  return profile({ runtime, figures: { per: "process", scenarios: whole }, ...more });
}

function advised(...given: Parameters<typeof recorded>) {
  const all = flagAdvice(recorded(...given), defaultPolicy);
  return new Map(all.map((flag) => [flag.flag, flag]));
}

const loadedAndBusy = {
  idle: { memory: { min: 8 * GB, max: 9 * GB } },
  peak: { memory: { max: 12 * GB } },
};

describe("flags of servers", () => {
  it("bound what requests took at the most: the peak under load less the least of the loaded model", () => {
    const cache = advised("mlx_lm.server", loadedAndBusy).get("--prompt-cache-bytes");
    assert.equal(cache?.value, 4 * GB);
    assert.match(
      cache.why,
      /^max 11\.2 GiB \(12000000000 B\) of peak \(1 run, 60 samples\) − min 7\.5 GiB \(8000000000 B\) of idle, what requests took at the most\. Weaker than it looks/,
    );
    assert.equal(advised("vllm-mlx", loadedAndBusy).get("--cache-memory-mb")?.value, 4000);
    assert.equal(advised("mlx-openai-server", loadedAndBusy).get("--max-bytes")?.value, 4 * GB);
  });

  it("are of the allocator where it was recorded, else of the card, else of all memory", () => {
    const of = (names: readonly [string, string][]) => {
      const idle = names.map(([loaded], index) => [loaded, { min: GB, max: GB + index }] as const);
      const peak = names.map(([, used], index) => [used, { max: (3 + index) * GB }] as const);
      const scenarios = { idle: Object.fromEntries(idle), peak: Object.fromEntries(peak) };
      return advised("mlx_lm.server", scenarios).get("--prompt-cache-bytes")?.value;
    };
    const memory = ["memory", "memory"] as [string, string];
    const card = ["gpu_memory", "gpu_memory"] as [string, string];
    const allocator = ["allocator_active", "allocator_peak"] as [string, string];
    assert.deepEqual(
      [of([memory]), of([memory, card]), of([memory, card, allocator])],
      [2 * GB, 3 * GB, 4 * GB],
    );
  });

  it("are the cap that the server was recorded with, where it had one", () => {
    const components = { cacheCap: { bytes: 5 * GB, from: "the server's flag" } };
    const cache = advised("mlx_lm.server", loadedAndBusy, { components }).get(
      "--prompt-cache-bytes",
    );
    assert.equal(cache?.value, 5 * GB);
    assert.match(cache.why, /, as it was recorded with\. /);
  });

  it("have no number where nothing recorded justifies one, and say what to look at", () => {
    const without = [
      { peak: { memory: { max: 12 * GB } } },
      { idle: { memory: { min: 8 * GB, max: 9 * GB } } },
      { idle: { memory: { max: 9 * GB } }, peak: { memory: { max: 12 * GB } } },
      { ...loadedAndBusy, peak: { memory: { max: 7 * GB } } },
      { peak: { threads: { max: 5 } } },
    ];
    for (const scenarios of without) {
      const cache = advised("mlx_lm.server", scenarios).get("--prompt-cache-bytes");
      assert.equal(cache?.value, undefined);
      assert.match(cache?.why ?? "", /^no number: record idle and peak, /);
    }
    const flags = advised("mlx_lm.server", loadedAndBusy);
    for (const flag of ["--prompt-cache-size", "--decode-concurrency", "--prompt-concurrency"]) {
      assert.equal(flags.get(flag)?.value, undefined);
      assert.match(flags.get(flag)?.why ?? "", /^no number: \S/);
    }
  });

  it("name what the process may hold, and leave a share to who knows the whole", () => {
    const process = advised("oMLX", loadedAndBusy).get("--max-process-memory");
    assert.equal(process?.value, 197 * 64 * 1024 ** 2);
    const share = advised("vllm-metal", loadedAndBusy).get("--gpu-memory-utilization");
    assert.equal(share?.value, undefined);
    assert.match(share?.why ?? "", /^no number: MLX is to hold 12\.3 GiB .* a share of the memory/);
    const nothing = advised("oMLX", { peak: { threads: { max: 5 } } }).get("--max-process-memory");
    assert.match(nothing?.why ?? "", /^no number: no memory was recorded\. /);
  });

  it("are those of runtimes that discovery knows, and of no other", () => {
    const known = new Set(runtimes.map(({ name }) => name));
    for (const runtime of Object.keys(serverFlags)) assert.ok(known.has(runtime), runtime);
    for (const runtime of ["exo", "constructor", undefined])
      assert.equal(advised(runtime, loadedAndBusy).size, 0);
  });
});
