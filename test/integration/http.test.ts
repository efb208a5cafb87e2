import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import { gunzipSync } from "node:zlib";
import type { AddressInfo } from "node:net";
import type { Exporter } from "../../lab/exporter.ts";
import { runMlxHeadroom } from "../../lab/exporter.ts";
import { runProgram } from "../support/real-commands.ts";
import { afterwards, realExporter } from "../support/lab.ts";
import { requireTool } from "../support/requires.ts";

/** What Prometheus 2.42 sends. */
const prometheusAccepts =
  "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

describe("mlx-headroom serve", function () {
  this.timeout(60_000);
  const undo = afterwards();
  let exporter: Exporter;
  before(async () => {
    exporter = await realExporter();
    undo(() => exporter.stop());
  });

  it("says nothing that promtool would object to, process_* and nodejs_* included", async function () {
    requireTool(this, "promtool", "checks the exposition");
    assert.deepEqual(runProgram("promtool", ["check", "metrics"], await exporter.metrics()), {
      status: 0,
      output: "",
    });
  });

  it("answers OpenMetrics when Prometheus asks, text to everybody else, in any order", async () => {
    const types: (string | null)[] = [];
    for (const accept of ["text/plain", prometheusAccepts, "*/*", prometheusAccepts]) {
      const response = await fetch(`${exporter.url}/metrics`, { headers: { accept } });
      const text = await response.text();
      types.push(response.headers.get("content-type")?.split(";")[0] ?? null);
      assert.equal(text.endsWith("# EOF\n"), accept === prometheusAccepts);
      assert.match(text, /^mlx_host_cpu_seconds_total\{mode="user"\} \d/m);
    }
    const [text, open] = ["text/plain", "application/openmetrics-text"];
    assert.deepEqual(types, [text, open, text, open]);
  });

  /** fetch() does not let a Host header through. */
  const statusFor = (host: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const asked = request(`${exporter.url}/metrics`, { headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.on("error", reject).end();
    });

  it("compresses for those who ask, as Prometheus does, and for nobody else", async () => {
    const answer = (encoding: string): Promise<{ encoding: string | undefined; bytes: Buffer }> =>
      new Promise((resolve, reject) => {
        const headers = { "accept-encoding": encoding };
        const asked = request(`${exporter.url}/metrics`, { headers }, (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("end", () => {
            resolve({
              encoding: response.headers["content-encoding"],
              bytes: Buffer.concat(parts),
            });
          });
        });
        asked.on("error", reject).end();
      });
    const packed = await answer("gzip");
    assert.equal(packed.encoding, "gzip");
    assert.match(gunzipSync(packed.bytes).toString(), /^mlx_host_cpu_cores \d/m);
    for (const encoding of ["identity", "br", "gzip;q=0"]) {
      const plain = await answer(encoding);
      assert.equal(plain.encoding, undefined, encoding);
      assert.ok(packed.bytes.length * 3 < plain.bytes.length);
    }
  });

  it("compresses the status page too, which many processes make long", async () => {
    const page = await fetch(exporter.url, { headers: { "accept-encoding": "gzip" } });
    assert.equal(page.headers.get("content-encoding"), "gzip");
    assert.match(await page.text(), /^<!doctype html>/);
  });

  it("is healthy and ready, and says so", async () => {
    for (const path of ["/-/healthy", "/-/ready"])
      assert.equal((await fetch(`${exporter.url}${path}`)).status, 200);
  });

  it("listens on the loopback alone, and answers to no other name: a foreign page must not read it", async () => {
    assert.match(exporter.log(), /url=http:\/\/127\.0\.0\.1:/);
    assert.equal(await statusFor("evil.example"), 403);
    assert.equal(await statusFor("evil.example:80"), 403);
    assert.equal(await statusFor("localhost:1"), 200);
  });

  it("says in its log that root is not needed, to root only", () => {
    const warned = /level=warn msg="running as root, which is not needed/.test(exporter.log());
    assert.equal(warned, process.getuid?.() === 0);
  });

  it("points to what there is when asked for something else", async () => {
    const response = await fetch(`${exporter.url}/metric`);
    assert.equal(response.status, 404);
    assert.match(await response.text(), /Metrics are at \/metrics/);
  });

  it("says in one sentence that its port is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, "127.0.0.1", resolve);
    });
    const { port } = other.address() as AddressInfo;
    const result = await runMlxHeadroom("serve", "--web.listen-address", `127.0.0.1:${port}`);
    other.close();
    assert.ok(result.kind === "failed");
    assert.equal(result.code, 2);
    assert.match(
      result.stderr,
      new RegExp(
        `^mlx-headroom: 127\\.0\\.0\\.1:${port} is already in use by another program\\. .*--web\\.listen-address\\.\\n$`,
      ),
    );
  });

  it("stops at SIGTERM without a stack trace", async () => {
    const other = await realExporter();
    await other.stop();
    assert.doesNotMatch(other.log(), /\n\s+at /);
  });
});
