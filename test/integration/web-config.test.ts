import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { Agent, request, type RequestOptions } from "node:https";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { startChild, temporaryFolder } from "../../lab/children.ts";
import { runMlxHeadroom } from "../../lab/exporter.ts";
import { findPrometheus, startPrometheus } from "../../lab/prometheus.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { repository } from "../support/fixture-host.ts";
import { afterwards, orSkip, slowSteps } from "../support/lab.ts";
import { requireTool } from "../support/requires.ts";
import { exampleWebConfig, yamlIn, type ExampleWebConfig } from "../support/web-config.ts";

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Subject of the certificate that the server showed. */
  readonly server: string;
}

describe("an exporter with the example web config", function () {
  this.timeout(120_000);
  const undo = afterwards();
  let example: ExampleWebConfig;
  let url: string;
  let log: () => string;
  before(async function () {
    requireTool(this, "openssl", "makes the certificates");
    example = exampleWebConfig();
    const child = await startChild("exporter", process.execPath, [
      join(repository, "dist", "bin.js"),
      "serve",
      ...["--web.listen-address", "127.0.0.1:0", "--web.listen-address", "localhost:0"],
      ...["--web.config.file", example.file, "--log.level", "debug"],
    ]);
    undo(() => child.stop());
    log = () => child.lastLines(1_000);
    const listening = () => /url=(https:\/\/127\S+)/.exec(log())?.[1];
    url = (await waitUntil(listening, { timeoutSeconds: 30 })) ?? assert.fail(log());
  });

  const subjects = new WeakMap<object, string>();
  /** Asks as the client of the example unless told otherwise. */
  const ask = (path: string, options: RequestOptions = {}, base = url): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const given: RequestOptions = {
        ca: readFileSync(example.authority.certificateFile),
        cert: readFileSync(example.client.certificateFile),
        key: readFileSync(example.client.keyFile),
        auth: "prometheus:example",
        agent: false,
        ...options,
      };
      const asked = request(`${base}${path}`, given, (response) => {
        const server = subjects.get(response.socket) ?? "";
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, text, headers: response.headers, server });
        });
      });
      // A connection that is used again no longer tells whose certificate it began with.
      asked.once("socket", (socket: TLSSocket) => {
        socket.once("secureConnect", () => {
          subjects.set(socket, socket.getPeerX509Certificate()?.subject ?? "");
        });
      });
      asked.on("error", reject).end();
    });

  it("answers the client it knows, over TLS, with the headers of the file, on every address", async () => {
    const urls = [...log().matchAll(/url=(https:\S+)/g)].map(([, each = ""]) => each);
    assert.equal(urls.length, 2);
    for (const base of urls) {
      const { status, text, headers } = await ask("/metrics", {}, base);
      assert.equal(status, 200);
      assert.match(text, /^mlx_host_cpu_cores \d/m);
      assert.equal(headers["strict-transport-security"], "max-age=31536000");
      assert.equal(headers["x-frame-options"], "deny");
    }
  });

  it("asks for the password on every path, and takes no other", async () => {
    for (const path of ["/metrics", "/", "/-/healthy", "/-/ready"]) {
      for (const auth of [undefined, "prometheus:exampl", "nobody:example"]) {
        const { status, headers, text } = await ask(path, { auth });
        assert.deepEqual([status, text], [401, "A user and the right password are needed.\n"]);
        assert.match(headers["www-authenticate"] as string, /^Basic /);
      }
      assert.equal((await ask(path)).status, 200);
    }
  });

  it("ends the connection of who brings no certificate of the authority, or no TLS", async () => {
    await assert.rejects(ask("/metrics", { cert: undefined, key: undefined }));
    const stranger = exampleWebConfig();
    await assert.rejects(
      ask("/metrics", {
        cert: readFileSync(stranger.client.certificateFile),
        key: readFileSync(stranger.client.keyFile),
      }),
    );
    await assert.rejects(fetch(url.replace("https", "http")));
    assert.match(log(), /level=debug .*gave no certificate, and one is required/);
    assert.match(log(), /level=debug .*is not trusted/);
  });

  it("answers on the loopback to no other name, with the right password too", async () => {
    const { status, text } = await ask("/metrics", {
      headers: { host: "evil.example" },
      servername: "localhost",
    });
    assert.equal(status, 403);
    assert.doesNotMatch(text, /mlx_/);
  });

  it("shows a new certificate to new connections without a restart, and old ones live on", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    assert.equal((await ask("/-/healthy", { agent })).server, "CN=server");
    example.rotate("rotated");
    assert.equal((await ask("/-/healthy")).server, "CN=rotated");
    assert.equal((await ask("/-/healthy", { agent })).server, "CN=server");
    agent.destroy();
    assert.match(log(), /level=info msg="web config reloaded"/);
  });

  it("goes on with the old certificate when the new one is broken, and the log says why once", async () => {
    const folder = join(example.folder, "tls");
    const { server } = await ask("/-/healthy");
    copyFileSync(example.client.keyFile, join(folder, "server.key"));
    for (let n = 0; n < 3; n++) assert.equal((await ask("/-/healthy")).server, server);
    assert.equal(log().split("key values mismatch").length, 2);
    example.rotate("mended");
    assert.equal((await ask("/-/healthy")).server, "CN=mended");
  });

  it("knows new users, and forgets old ones, as soon as the file says so", async () => {
    const text = readFileSync(example.file, "utf8");
    writeFileSync(example.file, text.replace("  prometheus:", "  ada:"));
    assert.equal((await ask("/metrics")).status, 401);
    assert.equal((await ask("/metrics", { auth: "ada:example" })).status, 200);
    writeFileSync(example.file, text);
    assert.equal((await ask("/metrics", { auth: "ada:example" })).status, 401);
    assert.equal((await ask("/metrics")).status, 200);
  });

  it("is scraped by a real Prometheus as the documentation says", async function () {
    const binary = orSkip(this, await findPrometheus(slowSteps));
    const configFile = join(temporaryFolder("web-config"), "prometheus.yml");
    const files: Readonly<Record<string, string>> = {
      "/etc/prometheus/mlx/server-ca.pem": example.authority.certificateFile,
      "/etc/prometheus/mlx/prometheus.pem": example.client.certificateFile,
      "/etc/prometheus/mlx/prometheus.key": example.client.keyFile,
      "10.0.0.5:10836": new URL(url).host,
    };
    const config = Object.entries(files).reduce((text, [name, real]) => {
      assert.ok(text.includes(name), name);
      return text.replace(name, real);
    }, yamlIn("web-config.md"));
    writeFileSync(configFile, `global: { scrape_interval: 1s }\n${config}`);
    const { prometheus } = orSkip(this, await startPrometheus(binary, { configFile }));
    undo(() => prometheus.stop());
    const up = async () => {
      const [sample] = await prometheus.query('up{job="mlx-headroom"} == 1');
      return sample;
    };
    const found = await waitUntil(up, { timeoutSeconds: 30 });
    assert.ok(found, JSON.stringify(await prometheus.targets()));
  });

  it("does not start with a file that is wrong, and says where and what to do", async () => {
    const file = join(temporaryFolder("web-config-bad"), "web.yml");
    for (const [text, sentence] of [
      [
        "tls_server_config:\n  cert_fil: x\n",
        /web\.yml:2: 'tls_server_config\.cert_fil' is not a known key \(did you mean cert_file\?\).*Mend that line/,
      ],
      [
        "tls_server_config: { cert_file: c.pem, key_file: k.pem }\n",
        /c\.pem does not exist\. Check the path given with cert_file in .*web\.yml/,
      ],
      [
        `tls_server_config: { cert_file: ${example.client.certificateFile}, key_file: ${example.authority.certificateFile} }\n`,
        /^mlx-headroom: The certificate and key that .*web\.yml names cannot be used: /,
      ],
    ] as const) {
      writeFileSync(file, text);
      const address = ["--web.listen-address", "127.0.0.1:0"];
      const ended = await runMlxHeadroom("serve", ...address, "--web.config.file", file);
      assert.ok(ended.kind === "failed");
      assert.equal(ended.code, 2);
      assert.match(ended.stderr, sentence);
    }
  });
});
