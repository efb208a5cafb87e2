import assert from "node:assert/strict";
import { checkDocument } from "../../src/config/document.ts";
import { profileSchema } from "../../src/model/profile.ts";
import { UserError } from "../../src/model/user-error.ts";
import { exampleFile, exampleText as good, profileDocument } from "./profile-document.ts";

/** The sentence a text is refused with. */
function refusal(text: string): string {
  try {
    checkDocument("p.yaml", text, profileSchema);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return "";
}

/** The line, from 1, of the first occurrence in the example. */
function lineOf(part: string): number {
  return good.slice(0, good.indexOf(part)).split("\n").length;
}

describe("a profile", () => {
  it("takes the example whole", () => {
    const { profile } = exampleFile;
    assert.equal(profile.workload, "chat");
    assert.equal(
      profile.figures.scenarios["edge:long-context"]?.resources.memory?.max,
      19327352832,
    );
    assert.deepEqual(Object.keys(profile.figures.scenarios), [
      "import",
      "idle",
      "average",
      "peak",
      "edge:long-context",
    ]);
  });

  const replacements: readonly (readonly [
    claim: string,
    from: string,
    to: string,
    says: string,
  ])[] = [
    ["a wrong word", "grade: B", "grade: D", `'grade' must be A, B or C, but "D" was found`],
    [
      "an unknown key, with the nearest known one",
      "  os: macOS",
      "  oss: macOS",
      "'host.oss' is not a known key (did you mean os?): expected os, memoryBytes, cpu, found oss",
    ],
    [
      "a day that does not exist",
      "recorded: 2026-11-16",
      "recorded: 2026-02-30",
      `'recorded' must be a date, such as 2026-11-02, but "2026-02-30" was found`,
    ],
    [
      "a name that is no workload",
      "workload: chat",
      "workload: chat server",
      `'workload' must be 1 to 63 letters, digits or _ . : - that start with a letter or digit, but "chat server" was found`,
    ],
    [
      "text for a number",
      "n: 5400",
      "n: many",
      `'figures.scenarios.average.n' must be a whole number of 1 or more, but "many" was found`,
    ],
    [
      "a negative figure",
      "max: 2.38",
      "max: -2.38",
      "'figures.scenarios.peak.resources.cpu.max' must be a number of 0 or more, but -2.38 was found",
    ],
    [
      "infinity",
      "max: 2.38",
      "max: .inf",
      "'figures.scenarios.peak.resources.cpu.max' must be a number of 0 or more, but Infinity was found",
    ],
    [
      "percentiles out of order",
      "p50: 31, p95: 35",
      "p50: 37, p95: 35",
      "'figures.scenarios.peak.resources.threads.p50' must be at most p95 (35), but 37 was found",
    ],
    [
      "a scenario nobody knows",
      "    peak:",
      "    peek:",
      "'figures.scenarios.peek' is not a known key (did you mean peak?): expected import, idle, average, peak or edge:<name>, found peek",
    ],
    [
      "a resource nobody knows",
      "open_fds: { min: 35",
      "openfds: { min: 35",
      "'figures.scenarios.peak.resources.openfds' is not a known key (did you mean open_fds?): expected memory, cpu, open_fds, threads, gpu_memory, found openfds",
    ],
    [
      "a version of another day",
      "v1alpha1",
      "v2",
      `'apiVersion' must be mlx-headroom/v1alpha1, but "mlx-headroom/v2" was found`,
    ],
  ];
  for (const [claim, from, to, says] of replacements) {
    it(`refuses ${claim}, at its line`, () => {
      assert.ok(good.includes(from));
      const message = refusal(good.replace(from, to));
      assert.equal(
        message.replace(" (and 1 more like it)", ""),
        `p.yaml:${lineOf(from)}: ${says}. Mend that line and run again.`,
      );
    });
  }

  it("says what is missing at the line of the map it belongs to", () => {
    const text = good.replace("      runs: 2\n", "");
    const says =
      "'figures.scenarios.edge:long-context.runs' is missing: expected a whole number of 1 or more, found nothing";
    assert.equal(
      refusal(text),
      `p.yaml:${lineOf("    edge:long-context:")}: ${says}. Mend that line and run again.`,
    );
  });

  it("counts what else is wrong", () => {
    const text = good.replace("grade: B", "grade: D").replace("kind: Profile", "kind: Profil");
    assert.match(refusal(text), /^p\.yaml:4: 'kind' .*\(and 1 more like it\)/);
  });

  it("refuses what is not YAML, at its line", () => {
    assert.match(
      refusal("apiVersion: [1\nkind: x\n"),
      /^p\.yaml:2: this is not valid YAML: .+\. Mend/,
    );
    assert.match(
      refusal("grade: A\ngrade: B\n"),
      /^p\.yaml:2: this is not valid YAML: Map keys must be unique\. Mend/,
    );
    assert.match(refusal("a: 1\n---\nb: 2\n"), /^p\.yaml:2: this is not valid YAML: /);
  });

  it("refuses an alias that multiplies, without expanding it", () => {
    const levels = Array.from({ length: 9 }, (_, level) => {
      const aliases = Array.from({ length: 9 }, () => `*a${level}`).join(",");
      return `a${level + 1}: &a${level + 1} [${aliases}]`;
    });
    const text = ["a0: &a0 [x]", ...levels].join("\n");
    assert.match(refusal(text), /this is not valid YAML: Excessive alias count/);
  });

  it("refuses an empty file and a list", () => {
    assert.equal(
      refusal(""),
      "p.yaml:1: 'the document' must be a map, but null was found. Mend that line and run again.",
    );
    assert.match(
      refusal("- a\n"),
      /^p\.yaml:1: 'the document' must be a map, but \["a"\] was found/,
    );
  });

  it("refuses a profile without any scenario", () => {
    const text = profileDocument({ figures: { per: "process", scenarios: {} } });
    assert.match(
      refusal(text),
      /'figures\.scenarios' must be a map of at least one scenario, but \{\} was found/,
    );
  });
});
