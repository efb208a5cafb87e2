import assert from "node:assert/strict";
import fc from "fast-check";
import { parseGpuClients } from "../../../src/exporter/2-collect/darwin-gpu-clients.ts";
import { arbitraryFile, isCount } from "../../support/arbitrary-text.ts";
import { macRecording } from "../../support/mac-recording.ts";

/** Three recorded clients, and a third one with round numbers that whoever recorded them added. */
const flat = macRecording("ioreg-agxdeviceuserclient");
/** No recording: made for the shape of a tree, and for two clients of one process. */
const syntheticTree = macRecording("ioreg-agx-tree-with-clients");

describe("darwin-gpu-clients", () => {
  it("reads GPU nanoseconds of each client, all its queues together", () => {
    assert.deepEqual(parseGpuClients(flat), [
      { id: "0x100002dbc", pid: 444, nanoseconds: 0 },
      { id: "0x100002dbd", pid: 440, nanoseconds: 38738170958 + 76336458 },
      { id: "0x100002dbe", pid: 440, nanoseconds: 1000000000 },
      { id: "0x100002dbf", pid: 31299, nanoseconds: 3992585375 },
    ]);
  });

  it("credits time to the creator printed after AppUsage, not to the one before it", () => {
    const voxel = parseGpuClients(flat).find(({ nanoseconds }) => nanoseconds === 3992585375);
    assert.equal(voxel?.pid, 31299);
  });

  it("takes an empty AppUsage for 0 seconds, and none at all for unknown", () => {
    const [client] = parseGpuClients(flat);
    assert.equal(client?.nanoseconds, 0);
    const without = flat.toString().replace(/^.*"AppUsage".*\n/gm, "");
    assert.deepEqual(parseGpuClients(Buffer.from(without))[0], { id: "0x100002dbc", pid: 444 });
  });

  it("reads the made-up tree as it does the flat form, branches and the GPU above its clients aside", () => {
    assert.deepEqual(parseGpuClients(syntheticTree), [
      { id: "0x101", pid: 42, nanoseconds: 200000000 },
      { id: "0x102", pid: 42, nanoseconds: 100000000 },
    ]);
  });

  it("finds no client in nothing", () => {
    assert.deepEqual(parseGpuClients(Buffer.from("")), []);
  });

  it("gives no process another's time, whatever a program is called", () => {
    const named = flat.toString().replace("voxel_game_examp", 'x\n+-o "pid 440, ');
    const byPid = new Map(parseGpuClients(Buffer.from(named)).map((c) => [c.id, c.pid]));
    assert.equal(byPid.get("0x100002dbf"), 31299);
    assert.equal(byPid.size, 4);
  });

  it("never throws, and never yields a figure that is no count, whatever was printed", () => {
    const spoilt = fc
      .tuple(arbitraryFile, fc.nat(flat.length))
      .map(([bytes, at]) => Buffer.concat([flat.subarray(0, at), bytes, flat.subarray(at)]));
    fc.assert(
      fc.property(fc.oneof(arbitraryFile, spoilt), (stdout) => {
        for (const { pid, nanoseconds = 0 } of parseGpuClients(stdout))
          assert.ok(isCount(pid) && isCount(nanoseconds));
      }),
    );
  });
});
