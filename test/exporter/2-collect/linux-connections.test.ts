import assert from "node:assert/strict";
import { createConnectionReader } from "../../../src/exporter/2-collect/linux-connections.ts";
import type { Figure } from "../../../src/model/figure.ts";
import { roots } from "../../support/fixture-host.ts";
import { memoryHost, type MemoryFile, type MemoryHost } from "../../support/memory-host.ts";

const line = (port: number, state: "01" | "06" | "0A", inode: number) =>
  `   0: 0100007F:${port.toString(16).toUpperCase().padStart(4, "0")} 0100007F:C350 ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0 20 4 30 10 -1\n`;

/** Two clients, one whose connection nobody accepted yet, and one of another program. */
const tcp = [
  line(8080, "0A", 10),
  line(8080, "01", 11),
  line(8080, "01", 12),
  line(8080, "01", 0),
  line(8080, "06", 0),
  line(22, "01", 30),
].join("");

const folder = (pid: number, descriptors: readonly string[]): Record<string, MemoryFile> => ({
  [`/proc/${pid}/net/tcp`]: tcp,
  ...Object.fromEntries(descriptors.map((to, fd) => [`/proc/${pid}/fd/${fd}`, `-> ${to}`])),
});
const served = ["/dev/null", "socket:[10]", "socket:[11]", "socket:[12]", "pipe:[9]"];
const forbidden = { "/proc/7/net/tcp": tcp, "/proc/7/fd": "forbidden" };

function count(files: Readonly<Record<string, MemoryFile>>, port?: number): Figure {
  return countOn(memoryHost(files), port);
}

function countOn(host: MemoryHost, port?: number): Figure {
  return createConnectionReader(host, roots)({ pid: 7, ...(port !== undefined && { port }) });
}

describe("linux-connections", () => {
  it("counts the process's own established sockets, and those that wait to be accepted where it listens", () => {
    assert.deepEqual(count(folder(7, served)), { value: 3 });
    assert.deepEqual(count(folder(7, ["socket:[11]"])), { value: 1 });
  });

  it("counts a socket once, however often it is open", () => {
    assert.deepEqual(count(folder(7, [...served, "socket:[11]", "socket:[12]"])), { value: 3 });
  });

  it("takes a socket that listens for no connection, and one of another program for none of its own", () => {
    const files = { ...folder(7, ["socket:[10]"]), "/proc/7/net/tcp": line(8080, "0A", 10) };
    assert.deepEqual(count(files), { value: 0 });
    assert.deepEqual(count(folder(7, ["socket:[999]"])), { value: 0 });
  });

  it("adds IPv6 where the kernel has it", () => {
    const six = line(8080, "01", 13).replaceAll("0100007F", "0000000000000000FFFF00000100007F");
    const files = { ...folder(7, [...served, "socket:[13]"]), "/proc/7/net/tcp6": six };
    assert.deepEqual(count(files), { value: 4 });
    assert.deepEqual(count({ ...files, "/proc/7/net/tcp6": { failed: "EIO" } }), {
      missing: "error",
    });
  });

  it("counts by the port of the command line where descriptors are forbidden", () => {
    assert.deepEqual(count(forbidden, 8080), { value: 3 });
  });

  it("is forbidden without a port, and where nobody listens on it: that would not be 0", () => {
    assert.deepEqual(count(forbidden), { missing: "forbidden" });
    assert.deepEqual(count(forbidden, 9090), { missing: "forbidden" });
  });

  it("follows no more than 4096 descriptors, and then counts by the port", () => {
    const many = Array.from({ length: 4097 }, () => "socket:[11]");
    const host = memoryHost(folder(7, many));
    assert.deepEqual(countOn(host), { missing: "not_measured" });
    assert.ok(!host.touched.includes("/proc/7/fd/0"));
    assert.deepEqual(countOn(host, 8080), { value: 3 });
    host.remove("/proc/7/fd/4096");
    assert.deepEqual(countOn(host), { value: 1 });
  });

  it("knows nothing of a namespace with more sockets than it reads, rather than too few", () => {
    const many = line(22, "01", 30).padEnd(149, " ").repeat(66_000);
    assert.deepEqual(count({ ...folder(7, served), "/proc/7/net/tcp": many }, 8080), {
      missing: "not_measured",
    });
  });

  it("skips a descriptor that was closed since they were listed", () => {
    const host = memoryHost(folder(7, served));
    const list = (path: string) => {
      const listing = host.files.list(path);
      host.remove("/proc/7/fd/2");
      return listing;
    };
    assert.deepEqual(countOn({ ...host, files: { ...host.files, list } }), { value: 2 });
  });

  it("reads a network namespace once for all that live in it, and another one for itself", () => {
    const numbers: Record<string, number> = { "/proc/7/net/tcp": 1, "/proc/8/net/tcp": 1 };
    const files = { ...folder(7, served), ...folder(8, served), ...folder(9, ["socket:[30]"]) };
    const host = memoryHost(files, { inodes: (path) => numbers[path] ?? 2 });
    const read = createConnectionReader(host, roots);
    assert.deepEqual(
      [7, 8, 9].map((pid) => read({ pid })),
      [{ value: 3 }, { value: 3 }, { value: 1 }],
    );
    const reads = (pid: number) => host.touched.filter((path) => path === `/proc/${pid}/net/tcp6`);
    assert.deepEqual([reads(7).length, reads(8).length, reads(9).length], [1, 0, 1]);
  });
});
