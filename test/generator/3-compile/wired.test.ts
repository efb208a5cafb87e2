import assert from "node:assert/strict";
import { wiredAdvice } from "../../../src/generator/3-compile/wired.ts";
import { defaultPolicy } from "../../../src/model/policy.ts";
import { profile } from "../profile-document.ts";

const MiB = 1024 ** 2;

/** A workload of a Mac that wants so many MiB: what it was recorded with, and its margin up to the next 64. */
function onMac(workload: string, wanted: number, host: object = {}, more: object = {}) {
  const resources = { allocator_peak: { max: Math.floor(((wanted - 32) * MiB) / 1.1) } };
  const scenarios = { peak: { runs: 1, n: 60, resources } };
  return profile({
    workload,
    host: { os: "macOS 15.7", ...host },
    figures: { per: "process", scenarios },
    ...more,
  });
}

const last = (...given: Parameters<typeof wiredAdvice>) => wiredAdvice(...given).at(-1) ?? "";
const memoryBytes = 60_000 * MiB;
const verdict = (wanted: number) => {
  const one = onMac("chat", wanted, { memoryBytes });
  return last(one, defaultPolicy, [one]);
};

describe("advice on iogpu.wired_limit_mb", () => {
  it("leaves it alone up to two thirds of memory, names a value up to four fifths, and none above", () => {
    assert.match(verdict(40_000), /^40000 MiB are no more than two thirds of .*: leave it at 0\.$/);
    assert.match(verdict(40_064), /'sudo sysctl iogpu\.wired_limit_mb=40064' .* more than 48000, /);
    assert.match(verdict(48_000), /'sudo sysctl iogpu\.wired_limit_mb=48000'/);
    assert.match(verdict(48_064), /^48064 MiB are more than four fifths .*: no value makes room/);
  });

  it("is of the sum over the workloads that may share the Mac, not of those of other hosts", () => {
    const one = onMac("chat", 20_032, { memoryBytes });
    const all = [
      one,
      onMac("coder", 20_096),
      onMac("far", 6400, {}, { labels: { host_class: "m2" } }),
      onMac("linux", 6400, { os: "Debian GNU/Linux 12" }),
    ];
    const said = wiredAdvice(one, defaultPolicy, all);
    assert.match(said[1] ?? "", /^chat wants 20032 MiB /);
    assert.match(said[2] ?? "", /coder \(20096 MiB\), far \(6400 MiB\), the sum is 46528 MiB\.$/);
    assert.match(said[3] ?? "", /wired_limit_mb=46528'/);
    const elsewhere = onMac("chat", 20_032, { memoryBytes }, { labels: { host_class: "m4" } });
    const apart = wiredAdvice(elsewhere, defaultPolicy, [elsewhere, ...all.slice(1)]);
    assert.match(apart[2] ?? "", /coder \(20096 MiB\), the sum is 40128 MiB\.$/);
  });

  it("counts another workload of the same Mac as nothing where nothing was recorded of it", () => {
    const one = onMac("chat", 20_032, { memoryBytes });
    const other = profile({
      workload: "other",
      host: { os: "macOS 15.7" },
      figures: {
        per: "process",
        scenarios: { peak: { runs: 1, n: 9, resources: { threads: { max: 4 } } } },
      },
    });
    assert.match(wiredAdvice(one, defaultPolicy, [one, other])[2] ?? "", /other \(0 MiB\)/);
  });

  it("gives the rule where the machine is not known, and nothing for one that is no Mac", () => {
    const unknown = onMac("chat", 20_032);
    assert.match(last(unknown, defaultPolicy, [unknown]), /below two thirds .* four fifths\.$/);
    const linux = onMac("chat", 20_032, { os: "Ubuntu 24.04" });
    assert.deepEqual(wiredAdvice(linux, defaultPolicy, [linux]), []);
  });
});
