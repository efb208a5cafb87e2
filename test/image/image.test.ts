import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { standInImages } from "../../lab/base-images.ts";
import { startDocker, type Docker } from "../../lab/docker.ts";
import { printedProgress } from "../../lab/progress.ts";
import { startStandIn } from "../../lab/stand-in.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { repository } from "../support/fixture-host.ts";

const image = "mlx-headroom:test";
const dockerfile = readFileSync(join(repository, "Dockerfile"), "utf8");
const hardened = [
  ...["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--memory=256m"],
  // No network but the container's own loopback: nothing of this machine is opened for the test.
  ...["--network=none", "--health-interval=1s"],
];
const host = [
  ...["--pid=host", "--cgroupns=host", "-v", "/proc:/host/proc:ro", "-v", "/sys:/host/sys:ro"],
  ...["-v", "/etc/passwd:/host/etc/passwd:ro"],
];

/** `npm run test:image`: needs root, Debian's archive and npm's registry, and takes about a minute. */
describe("the image", function () {
  this.timeout(300_000);
  let engine: Docker;

  before(async () => {
    const progress = printedProgress();
    const started = await startDocker(progress);
    if (started.kind === "unavailable") throw new Error(started.why);
    engine = started;
    const major = /^ARG NODE_IMAGE=node:(\d+)-/m.exec(dockerfile)?.[1] ?? "";
    const bases = await standInImages(engine, major, progress);
    if (bases.kind === "unavailable") throw new Error(bases.why);
    const step = progress.begin("docker build");
    await engine.docker(
      ...["build", "--network=host", "--tag", image],
      ...[
        "--build-arg",
        `NODE_IMAGE=${bases.node}`,
        "--build-arg",
        `RUNTIME_IMAGE=${bases.runtime}`,
      ],
      repository,
    );
    const [whole, base] = await Promise.all([sizeOf(image), sizeOf(bases.runtime)]);
    step.done(`${mb(whole - base)} above a base of ${mb(base)}`);
  });

  after(async () => {
    await (engine as Docker | undefined)?.stop();
  });

  it("finds a process of the host, by its default command, unprivileged on a read-only root", async () => {
    const script = "import signal\nprint('up', flush=True)\nsignal.pause()\n";
    const server = await startStandIn("image", script, []);
    assert.equal(server.kind, "ready");
    const id = await engine.docker("run", "--detach", ...hardened, ...host, image);
    try {
      const found = await waitUntil(
        async () => ((await metricsOf(id)).includes(server.workload) ? true : undefined),
        { timeoutSeconds: 30, everyMs: 500 },
      );
      assert.equal(found, true, await engine.docker("logs", id));
      const pid = await inspect(id, "{{.State.Pid}}");
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      assert.match(status, /^Uid:\t65532\t65532\t/m);
      assert.match(status, /^CapEff:\t0+$/m);
      const health = async () =>
        (await inspect(id, "{{.State.Health.Status}}")) === "healthy" ? true : undefined;
      assert.equal(await waitUntil(health, { timeoutSeconds: 30, everyMs: 500 }), true);
    } finally {
      await server.child.stop();
    }
    assert.equal(await stopped(id), "0");
  });

  it("ends at SIGTERM as the first process of its own pid namespace", async () => {
    const id = await engine.docker("run", "--detach", ...hardened, image);
    const up = async () => ((await metricsOf(id)).length > 0 ? true : undefined);
    await waitUntil(up, { timeoutSeconds: 30, everyMs: 500 });
    assert.equal(await stopped(id), "0");
  });

  it("runs any other command, loads the native library, and holds nothing that only builds", async () => {
    const version = await engine.docker("run", "--rm", "--network=none", image, "--version");
    assert.equal(version, /image\.version="(.*)"/.exec(dockerfile)?.[1]);
    const script =
      "require('koffi'); console.log(fs.readdirSync('/app').sort().join(), fs.readdirSync('/app/node_modules').filter((name) => /typescript|mocha|eslint/.test(name)).length)";
    const said = await engine.docker(
      ...["run", "--rm", "--network=none", "--entrypoint", "node", image, "-e", script],
    );
    assert.equal(said, "LICENSE,dist,grafana,node_modules,package.json,reporter,rules 0");
  });

  async function metricsOf(id: string): Promise<string> {
    const script =
      "fetch('http://127.0.0.1:10836/metrics').then((answer) => answer.text()).then((text) => process.stdout.write(text))";
    return engine.docker("exec", id, "node", "-e", script);
  }

  async function stopped(id: string): Promise<string> {
    await engine.docker("stop", "--time", "10", id);
    return inspect(id, "{{.State.ExitCode}}");
  }

  async function inspect(id: string, format: string): Promise<string> {
    return engine.docker("inspect", "--format", format, id);
  }

  async function sizeOf(name: string): Promise<number> {
    return Number(await engine.docker("image", "inspect", "--format", "{{.Size}}", name));
  }
});

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
