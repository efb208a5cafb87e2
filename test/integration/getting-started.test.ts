import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, relative } from "node:path";
import { runCommand, temporaryFolder } from "../../lab/children.ts";
import { repository } from "../../lab/repository.ts";
import { mlxAndModel } from "../support/lab.ts";
import { blocks, page } from "../support/markdown.ts";
import { requireComponent, requireTool } from "../support/requires.ts";

/** The ports that the page names, and those that the example configuration does. */
const ports = [8080, 9090, 9093, 10836];
/** Not part of a clone; what of them is slow to make is given to it otherwise. */
const notCloned = new Set([".cache", ".git"]);

/**
 * In a network of its own all ports are free, and among processes of its own no other test's server has the same
 * name. Its loopback is down at first. Where neither is allowed the page shares what there is.
 */
const apart = ["--net", "--pid", "--fork", "--kill-child", "--mount-proc"];
const loopbackUp =
  "import fcntl, os, socket, struct, sys; fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sh', b'lo', 0x49)); os.execvp(sys.argv[1], sys.argv[1:])";

/**
 * Makes in `folder` what `git clone` would bring to `place`. Of what the commands on the page would fetch it has what this
 * checkout has, because npm and pip take minutes and need their registries: the packages, the build, and the cache
 * of `npm start`, under a stamp that names the new place. Their making has tests of its own. The packages are copies:
 * npm would empty a folder that is only linked.
 */
function clone(folder: string, place: string): void {
  mkdirSync(folder, { recursive: true });
  const filter = (from: string): boolean => !notCloned.has(relative(repository, from));
  cpSync(repository, folder, { recursive: true, preserveTimestamps: true, filter });
  mkdirSync(join(folder, ".cache"));
  for (const name of ["venv", "tiny-llama"]) {
    const here = join(".cache", name);
    symlinkSync(join(repository, here), join(folder, here));
    const stamp = readFileSync(join(repository, `${here}.stamp`), "utf8");
    writeFileSync(join(folder, `${here}.stamp`), stamp.replace(repository, place));
  }
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once("error", () => {
      resolve(false);
    });
    server.listen(port, "127.0.0.1", () =>
      server.close(() => {
        resolve(true);
      }),
    );
  });
}

describe("docs/getting-started.md", function () {
  this.timeout(600_000);

  it("works on Linux as it is written, block after block, in an empty folder", async function () {
    for (const tool of ["prometheus", "promtool", "curl"])
      requireTool(this, tool, "is on the page");
    await mlxAndModel(this);
    const alone = spawnSync("unshare", [...apart, "true"]).status === 0;
    const free = alone || (await Promise.all(ports.map(isFree))).every(Boolean);
    if (!free) requireComponent(this, "A port that the page names is taken.");

    const [, linux = ""] = page("docs/getting-started.md").split(/^## .*$/m);
    const shown = blocks("docs/getting-started.md", linux);
    assert.equal(shown.length, 8);
    assert.deepEqual([...new Set(shown.map(({ language }) => language))], ["sh"]);

    const folder = temporaryFolder("getting-started");
    clone(join(folder, "origin"), join(folder, "mlx-headroom"));
    const script = [
      // A newcomer sees an error and stops. What runs in the background then must not stay.
      "set -e -o pipefail",
      "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT",
      // The clone is made already, by a test that can do without a server.
      'git() { test "$1" = clone && mv "$ORIGIN" "$(basename "$2")"; }',
      ...shown.flatMap(({ line, text }) => [`echo "Line ${line}, after $SECONDS s" >&2`, text]),
      // Ends only when all that the blocks started has ended by the last of them.
      "wait",
      'echo "The end"',
    ];
    writeFileSync(join(folder, "blocks.sh"), script.join("\n"));
    const bash = ["bash", join(folder, "blocks.sh")];
    const [command = "", ...args] = alone
      ? ["unshare", ...apart, "python3", "-c", loopbackUp, ...bash]
      : bash;
    const prefix = join(folder, "prefix");
    mkdirSync(prefix);
    const ran = await runCommand(command, args, {
      cwd: folder,
      env: {
        ORIGIN: join(folder, "origin"),
        // Where `npm link` puts the command, so that the machine's own commands stay what they are.
        npm_config_prefix: prefix,
        PATH: `${join(prefix, "bin")}:${process.env["PATH"] ?? ""}`,
      },
    });
    const all = `${ran.stdout}\n${ran.stderr}`;
    assert.equal(ran.kind, "ok", all);
    assert.match(ran.stdout, /The whole loop works/, all);
    assert.match(ran.stdout, /^mlx_lm\.server:tiny-llama +\d+ +server +8080 /m, all);
    assert.match(
      ran.stdout,
      /^mlx_workload_headroom_ratio\{workload="mlx_lm\.server:tiny-llama",resource="memory"\} 0\.\d+$/m,
      all,
    );
    assert.match(
      ran.stdout,
      /mlx_workload_headroom_ratio\{.*resource="memory".*\} => 0\.\d+ @/,
      all,
    );
    assert.match(ran.stdout, /The end\n$/, all);
  });
});
