import assert from "node:assert/strict";
import { createExporter } from "../../../src/exporter/exporter.ts";
import { createRecorder } from "../../../src/generator/1-record/recorder.ts";
import type { Seen } from "../../../src/generator/1-record/sample-line.ts";
import {
  lineSchema,
  type RecordingHeader,
  type RecordingLine,
} from "../../../src/model/recording.ts";
import { fixtureHost, roots } from "../../support/fixture-host.ts";

const header: Omit<RecordingHeader, "started"> = {
  kind: "header",
  format: "mlx-headroom/recording",
  version: 1,
  workload: "chat",
  scenario: "peak",
  interval: 1,
  source: "live",
  host: {},
  versions: { mlxHeadroom: "0.1.0" },
};

/** A recorder of a recorded machine, and what it has written. */
async function recording() {
  const host = fixtureHost("unified-v2");
  const exporter = await createExporter(host, {
    roots,
    rules: [],
    maxProcesses: 9,
    maxWorkloads: 9,
  });
  const lines: RecordingLine[] = [];
  const recorder = createRecorder((line) => lines.push(line), host.clock, header);
  const look = async (): Promise<Seen> => {
    const { processes, workloads, host: around } = await exporter.look();
    const counters = workloads.flatMap(({ counters: own }) => (own ? [own] : []));
    return { processes, counters, host: around };
  };
  return { host, lines, recorder, look };
}

const kinds = (lines: readonly RecordingLine[]) => lines.map(({ kind }) => kind);

describe("the recorder", () => {
  it("writes whatever a limit would be compared with, in lines that the format takes", async () => {
    const { host, lines, recorder, look } = await recording();
    recorder.sample(await look());
    host.clock.advance(1);
    recorder.sample(await look());
    recorder.end("duration");
    for (const line of lines) assert.deepEqual(lineSchema.parse(line), line);
    assert.deepEqual(kinds(lines), ["header", "limits", "sample", "sample", "end"]);
    const [first, , , second] = lines;
    assert.equal(first?.kind === "header" && first.started, 1_800_000_000);
    assert.ok(second?.kind === "sample");
    assert.equal(second.t, 1);
    const [one] = second.processes;
    assert.equal(one?.pid, 4242);
    for (const figure of [
      "memoryUsedBytes",
      "memoryPeakBytes",
      "cpuSeconds",
      "openFds",
      "threads",
    ] as const)
      assert.ok((one[figure] ?? 0) > 0, figure);
    assert.ok((second.cgroups?.[0]?.usageBytes ?? 0) > 0);
    assert.equal(second.events?.["oom_kill"], 0);
    assert.ok((second.host?.memoryAvailableBytes ?? 0) > 0);
  });

  it("says limits again only when they change", async () => {
    const { host, lines, recorder, look } = await recording();
    recorder.sample(await look());
    recorder.sample(await look());
    assert.equal(kinds(lines).filter((kind) => kind === "limits").length, 1);
    const limits = host.files.read("/proc/4242/limits");
    assert.ok(limits.kind === "read");
    const text = limits.bytes.toString("utf8");
    host.put("/proc/4242/limits", text.replace(/^(Max open files\s+)\d+/m, "$177   "));
    recorder.sample(await look());
    const said = lines.findLast((line) => line.kind === "limits");
    assert.ok(said?.kind === "limits");
    assert.equal(said.limits.find(({ resource }) => resource === "open_fds")?.limit, 77);
  });

  it("gives a reason for each figure that was absent all the time, and for no other", async () => {
    const { lines, recorder, look } = await recording();
    recorder.sample(await look());
    recorder.end("interrupted");
    const end = lines.at(-1);
    assert.ok(end?.kind === "end");
    assert.deepEqual(end.unavailable, {
      gpuMemoryBytes: "unsupported",
      allocatorActiveBytes: "not_measured",
      allocatorCacheBytes: "not_measured",
      allocatorPeakBytes: "not_measured",
    });
    assert.equal(end.growth, undefined, "there was no load");
  });

  it("keeps what the load did where it did more, and whether memory grew with it", async () => {
    const { host, lines, recorder, look } = await recording();
    recorder.sample(await look(), () => undefined);
    assert.equal(recorder.growth(), undefined, "the load has not begun");
    recorder.note("load_started");
    for (let second = 0; second < 30; second++) {
      const requests = Math.min(40, 2 * second);
      recorder.sample(await look(), (t) => ({ kind: "load", t, requests, errors: 0 }));
      host.clock.advance(1);
    }
    assert.equal(kinds(lines).filter((kind) => kind === "load").length, 21);
    assert.equal(recorder.growth(), "unknown", "no requests came in the last third");
    for (let second = 0; second < 30; second++) {
      recorder.sample(await look(), (t) => ({ kind: "load", t, requests: 40 + second, errors: 0 }));
      host.clock.advance(1);
    }
    recorder.end("duration");
    const end = lines.at(-1);
    assert.equal(end?.kind === "end" && end.growth, "level");
  });

  it("notes what happened between samples before the sample that shows it", async () => {
    const { host, lines, recorder, look } = await recording();
    recorder.sample(await look());
    host.clock.advance(60);
    recorder.sample(await look());
    recorder.note("load_started", "by hand");
    assert.deepEqual(kinds(lines), ["header", "limits", "sample", "note", "sample", "note"]);
    assert.deepEqual(lines.at(-1), {
      kind: "note",
      t: 60,
      note: "load_started",
      detail: "by hand",
    });
  });

  it("writes a sample without processes where there is none, and no limits", async () => {
    const { host, lines, recorder, look } = await recording();
    host.remove("/proc/4242");
    recorder.sample(await look());
    assert.deepEqual(kinds(lines), ["header", "sample"]);
    assert.deepEqual(recorder.growth(), undefined);
  });

  it("compares the kernel's mark with what it was before the load, whatever the load's first requests did", async () => {
    const { host, recorder, look } = await recording();
    const status = host.files.read("/proc/4242/status");
    assert.ok(status.kind === "read");
    const text = status.bytes.toString("utf8");
    const uses = (memory: number, mark: number) => {
      const changed = text.replace(/^(VmRSS):.*$/m, `$1:\t${memory} kB`);
      host.put("/proc/4242/status", changed.replace(/^(VmHWM):.*$/m, `$1:\t${mark} kB`));
    };
    uses(1_000_000, 1_000_000);
    recorder.sample(await look(), () => undefined);
    recorder.note("load_started");
    for (let second = 0; second < 30; second++) {
      uses(second < 25 ? 1_100_000 : 1_300_000, 3_000_000);
      recorder.sample(await look(), (t) =>
        second === 0 ? undefined : { kind: "load", t, requests: 2 * second, errors: 0 },
      );
      host.clock.advance(1);
    }
    assert.equal(recorder.growth(), "level");
  });
});
