import assert from "node:assert/strict";
import { acceleratorCommand } from "../../../src/exporter/2-collect/darwin-accelerator.ts";
import type { DarwinCommand } from "../../../src/exporter/2-collect/darwin-command.ts";
import { gpuClientsCommand } from "../../../src/exporter/2-collect/darwin-gpu-clients.ts";
import { psCommand } from "../../../src/exporter/2-collect/darwin-ps.ts";
import { sysctlCommand } from "../../../src/exporter/2-collect/darwin-sysctl.ts";
import { vmStatCommand } from "../../../src/exporter/2-collect/darwin-vm-stat.ts";
import { createDarwinWatch } from "../../../src/exporter/2-collect/darwin-watch.ts";
import type { CommandRun } from "../../../src/model/commands.ts";
import { fixtureMac } from "../../support/fixture-mac.ts";

const lineOf = ({ path, args }: DarwinCommand) => [path, ...args].join(" ");
const [ps, clients, accelerator, sysctl, vmStat] = [
  psCommand,
  gpuClientsCommand,
  acceleratorCommand,
  sysctlCommand,
  vmStatCommand,
].map(lineOf) as [string, string, string, string, string];
const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A table of a machine on which one command does something else. */
async function tableWith(line: string, run: CommandRun | "hangs") {
  const host = fixtureMac("mac-swapped");
  host.setCommand(line, run);
  const looking = createDarwinWatch(host).look();
  await soon();
  host.clock.advance(3);
  return looking;
}

describe("darwin-watch", () => {
  it("runs each command once for all who look at the same time", async () => {
    const host = fixtureMac("mac-swapped");
    const watch = createDarwinWatch(host);
    const [first, second] = await Promise.all([watch.look(), watch.look()]);
    assert.equal(first, second);
    assert.deepEqual([...host.ran].sort(), [ps, clients, accelerator, sysctl, vmStat].sort());
  });

  it("gives the same table for two seconds, and asks the host's commands every five", async () => {
    const host = fixtureMac("mac-swapped");
    const watch = createDarwinWatch(host);
    const first = await watch.look();
    host.clock.advance(1.5);
    assert.equal(await watch.look(), first);
    host.ran.length = 0;
    host.clock.advance(0.5);
    const second = await watch.look();
    assert.equal(second.at, first.at + 2);
    assert.deepEqual(host.ran, [ps, clients]);
    host.clock.advance(3);
    await watch.look();
    assert.equal(host.ran.length, 7);
  });

  it("does not ask about the GPU where nobody wants to know", async () => {
    const host = fixtureMac("mac-swapped");
    const table = await createDarwinWatch(host, { gpu: false }).look();
    assert.ok(!host.ran.some((line) => line.includes("ioreg")));
    assert.equal("missing" in table.gpuClients && table.gpuClients.missing, "not_measured");
  });

  it("takes what sysctl printed although it left with 1 for a name that it does not know", async () => {
    const { sysctl } = await createDarwinWatch(fixtureMac("mac-swapped")).look();
    assert.ok("value" in sysctl && sysctl.value.memoryBytes === 25769803776);
  });

  it("waits three seconds for a command that hangs, and loses its figures alone", async () => {
    const table = await tableWith(clients, "hangs");
    assert.equal("missing" in table.gpuClients && table.gpuClients.missing, "error");
    assert.equal(table.processes.kind, "listed");
    assert.ok("value" in table.vmStat && "value" in table.sysctl && "value" in table.accelerator);
    assert.equal(table.seconds.gpu, 3);
  });

  for (const [run, reason] of [
    [{ kind: "absent" }, "unsupported"],
    [{ kind: "forbidden" }, "forbidden"],
    [{ kind: "failed", message: "EAGAIN" }, "error"],
    ["hangs", "error"],
    [{ kind: "ran", exitCode: 1, stdout: Buffer.from(""), stderr: "" }, "error"],
  ] as const) {
    it(`says '${reason}' of a command that is ${run === "hangs" ? run : run.kind}`, async () => {
      const { processes } = await tableWith(ps, run);
      assert.equal(processes.kind === "unlisted" && processes.reason, reason);
      const { vmStat: pages } = await tableWith(vmStat, run);
      assert.equal("missing" in pages && pages.missing, reason);
    });
  }
});
