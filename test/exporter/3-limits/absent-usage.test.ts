import assert from "node:assert/strict";
import { metrics } from "../../../src/catalog/metrics.ts";
import { absentUsage } from "../../../src/exporter/3-limits/absent-usage.ts";
import { judge } from "../../../src/exporter/3-limits/judge.ts";
import type { MlxProcess } from "../../../src/model/process.ts";
import type { MemoryLevel } from "../../../src/model/cgroup-reading.ts";
import { known, missing, type Figure } from "../../../src/model/figure.ts";
import type {
  AllocatorReading,
  HostReading,
  ProcessReading,
  ProcessUsage,
  Rlimits,
} from "../../../src/model/reading.ts";

/** A record whose every figure is the given one, whatever it is asked for. */
function allFigures(figure: Figure, besides: object = {}): unknown {
  return new Proxy(besides, {
    get: (target, key): unknown =>
      key in target || key === "darwin" ? Reflect.get(target, key) : figure,
  });
}

/** What is unavailable of a process about which everything has that figure. */
function unavailable(figure: Figure, process: Partial<MlxProcess> = {}) {
  const reading: ProcessReading = {
    usage: allFigures(figure, { darwin: allFigures(figure) }) as ProcessUsage,
    rlimits: allFigures(figure) as Rlimits,
    allocator: allFigures(figure) as AllocatorReading,
    cgroup:
      "value" in figure
        ? {
            memory: [allFigures(figure, { scope: "/" }) as MemoryLevel],
            cpu: [],
            pids: [],
            cpuset: [],
            missing: {},
            unavailable: [],
            oomFiles: [],
          }
        : {
            memory: [],
            cpu: [],
            pids: [],
            cpuset: [],
            unavailable: [],
            missing: { memory: figure.missing, cpu: figure.missing, pids: figure.missing },
            oomFiles: [],
          },
    ...("missing" in figure && {
      threads: figure,
      gpu: { uses: [], ...figure },
    }),
  };
  const rates = { processCores: () => figure, levelCores: () => figure };
  const view = judge(
    [{ process: process as MlxProcess, reading }],
    allFigures(figure, { darwin: allFigures(figure) }) as HostReading,
    rates,
    new Set(),
  )[0];
  assert.ok(view !== undefined);
  return view.unavailable;
}

/** Families of the catalogue that say something of one process, by what comes after `mlx_process_`. */
const families = Object.values(metrics)
  .filter(({ name }) => name.startsWith("mlx_process_"))
  .map(({ name }) => name.slice("mlx_process_".length).replace(/_total$/, ""));

describe("absent figures", () => {
  const all = unavailable(missing("forbidden"));

  it("have a reason for every usage family of the catalogue, so that none can be forgotten", () => {
    // A time that is absent means that the figure is of now.
    const identity = ["info", "labels_info", "start_time_seconds", "memory_used_timestamp_seconds"];
    const ofLimits = /_(limit|headroom)(_\w+)?$|^headroom_ratio$|^limit_binding_info$/;
    assert.deepEqual(
      all
        .map(({ field }) => field)
        .filter((field) => !field.includes("/"))
        .sort(),
      families.filter((name) => !identity.includes(name) && !ofLimits.test(name)).sort(),
    );
  });

  it("have a reason for every limit family of the catalogue", () => {
    const resources = families.flatMap((name) => /^(\w+)_limit(?!_binding)/.exec(name)?.[1] ?? []);
    const fields = all.flatMap(({ field }) => /^(\w+)_limit\//.exec(field)?.[1] ?? []);
    assert.ok(resources.length > 0);
    assert.deepEqual([...new Set(fields)].sort(), resources.sort());
  });

  it("are forbidden where the kernel refuses them, and named so", () => {
    assert.ok(all.every(({ reason }) => reason === "forbidden"));
  });

  it("are none where all is known, but for what nobody counts", () => {
    assert.deepEqual(
      unavailable(known(1)).filter(({ field }) => !field.includes("/")),
      [],
    );
  });

  it("include the connections of a server, and of nothing that does not serve", () => {
    const fieldsOf = (connections?: Figure) => {
      const reading = {
        usage: allFigures(known(1)),
        rlimits: allFigures(known(1)),
        cgroup: {
          memory: [allFigures(known(1))],
          cpu: [],
          pids: [],
          cpuset: [],
          missing: {},
          unavailable: [],
          oomFiles: [],
        },
        allocator: allFigures(known(1)),
        ...(connections && { connections }),
      } as unknown as ProcessReading;
      return absentUsage({} as MlxProcess, reading);
    };
    assert.deepEqual(fieldsOf(missing("forbidden")), [
      { field: "connections", reason: "forbidden" },
    ]);
    assert.deepEqual(fieldsOf(known(0)), []);
    assert.deepEqual(fieldsOf(), []);
  });

  it("include the environment that may not be read, and only then", () => {
    const environment = { field: "environment", reason: "forbidden" };
    assert.deepEqual(
      unavailable(known(1), { environmentMissing: "forbidden" }).filter(
        ({ field }) => !field.includes("/"),
      ),
      [environment],
    );
  });

  it("tell used memory missing when either half of it is", () => {
    const usage = allFigures(known(1), { swapBytes: missing("error") });
    const reading = {
      usage,
      rlimits: allFigures(known(1)),
      allocator: allFigures(known(1)),
      cgroup: {
        memory: [],
        cpu: [],
        pids: [],
        cpuset: [],
        missing: {},
        unavailable: [],
        oomFiles: [],
      },
    } as unknown as ProcessReading;
    const rates = { processCores: () => known(1), levelCores: () => known(1) };
    const [view] = judge(
      [{ process: {} as MlxProcess, reading }],
      allFigures(known(1)) as HostReading,
      rates,
      new Set(),
    );
    const reasons = view?.unavailable.filter(({ field }) => field.startsWith("memory_used"));
    assert.deepEqual(reasons, [{ field: "memory_used_bytes", reason: "error" }]);
  });
});
