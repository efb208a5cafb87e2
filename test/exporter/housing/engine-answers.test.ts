import assert from "node:assert/strict";
import fc from "fast-check";
import {
  apiVersion,
  parseEvent,
  parseInspect,
} from "../../../src/exporter/housing/engine-answers.ts";
import { arbitraryText } from "../../support/arbitrary-text.ts";

const id = "ab".repeat(32);
const container = (answer: unknown) => parseInspect(JSON.stringify(answer))?.container;

describe("engine-answers", () => {
  it("reads what Docker says of a container", () => {
    const docker = {
      Id: id,
      Name: "/chat",
      RestartCount: 3,
      Image: "sha256:00",
      State: { Running: true, OOMKilled: false, Pid: 7, ExitCode: 0 },
      HostConfig: { Memory: 67108864, NanoCpus: 500000000, CpuQuota: 0, CpuPeriod: 0 },
      Config: { Image: "ghcr.io/me/mlx:1", Labels: { "mlx-headroom.workload": "chat" } },
    };
    assert.deepEqual(parseInspect(JSON.stringify(docker)), {
      container: {
        name: "chat",
        image: "ghcr.io/me/mlx:1",
        labels: { "mlx-headroom.workload": "chat" },
        memoryLimitBytes: 67108864,
        cpuLimitCores: 0.5,
        restarts: 3,
      },
      endedByOom: false,
    });
  });

  it("takes a limit of 0 for none, a quota for cores, and null for no labels", () => {
    assert.deepEqual(
      container({
        Name: "chat",
        HostConfig: { Memory: 0, NanoCpus: 0, CpuQuota: 25000, CpuPeriod: 50000 },
        Config: { Image: "", Labels: null },
      }),
      { name: "chat", labels: {}, cpuLimitCores: 0.5 },
    );
    assert.deepEqual(container({ HostConfig: { CpuQuota: 150000 } }), {
      labels: {},
      cpuLimitCores: 1.5,
    });
    assert.deepEqual(container({ HostConfig: { CpuQuota: -1 }, Config: null, State: null }), {
      labels: {},
    });
  });

  it("calls an end an OOM kill if it was one, not if a process in the container was killed before", () => {
    const ended = (ExitCode: number, OOMKilled: boolean) =>
      parseInspect(JSON.stringify({ State: { ExitCode, OOMKilled } }))?.endedByOom;
    assert.deepEqual([ended(137, true), ended(0, true), ended(137, false)], [true, false, false]);
  });

  it("keeps hostile labels within bounds, and takes no part of a long one for the whole", () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`label${n}`, "x"]));
    assert.equal(Object.keys(container({ Config: { Labels: many } })?.labels ?? {}).length, 256);
    const odd = { long: "x".repeat(4097), ["n".repeat(257)]: "x", number: 1, kept: "x" };
    assert.deepEqual(container({ Config: { Labels: odd } })?.labels, { kept: "x" });
    const proto = parseInspect('{"Config":{"Labels":{"__proto__":"x","kept":"x"}}}')?.container;
    assert.equal(Object.getPrototypeOf(proto?.labels), Object.prototype);
    assert.equal(proto?.labels["kept"], "x");
    assert.equal(container({ Name: `/${"x".repeat(1000)}` })?.name?.length, 256);
  });

  it("reads Docker's events and Podman's, and leaves those of everything else", () => {
    const event = (Action: string, more = {}) =>
      parseEvent(
        JSON.stringify({ Type: "container", Action, Actor: { ID: id }, time: 17, ...more }),
      );
    assert.deepEqual(event("oom", { timeNano: 17500000000 }), { kind: "oom", id, at: 17.5 });
    assert.deepEqual(event("died"), { kind: "die", id, at: 17 });
    assert.deepEqual(event("remove", { time: undefined }), { kind: "destroy", id, at: 0 });
    const died = (attributes: unknown) =>
      event("die", { Actor: { ID: id, Attributes: attributes } })?.exitCode;
    assert.equal(died({ exitCode: "137" }), 137);
    assert.equal(died({ containerExitCode: "1" }), 1, "as Podman has it");
    assert.deepEqual(
      [died({ exitCode: "-1" }), died(null), died("x")],
      [undefined, undefined, undefined],
    );
    assert.equal(event("exec_create: sh"), undefined);
    assert.equal(event("constructor"), undefined);
    assert.equal(event("die", { Type: "network" }), undefined);
    assert.equal(event("die", { Actor: { ID: "../../info" } }), undefined);
  });

  it("speaks 1.41, or the oldest version that a newer engine still speaks", () => {
    assert.equal(apiVersion('{"ApiVersion":"1.41","MinAPIVersion":"1.24"}'), "1.41");
    assert.equal(apiVersion('{"ApiVersion":"1.52","MinAPIVersion":"1.44"}'), "1.44");
    assert.equal(apiVersion('{"ApiVersion":"1.41"}'), "1.41");
    assert.equal(apiVersion('{"ApiVersion":"1.41","MinAPIVersion":"1/../x"}'), "1.41");
    assert.equal(apiVersion("<html>"), undefined);
  });

  it("throws at nothing that an engine could say", () => {
    const text = fc.oneof(arbitraryText, fc.json());
    fc.assert(
      fc.property(text, (answer) => {
        parseInspect(answer);
        parseEvent(answer);
        apiVersion(answer);
      }),
    );
  });
});
