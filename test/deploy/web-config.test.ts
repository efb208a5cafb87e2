import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { loadWebConfig } from "../../src/config/web.ts";
import { realHost } from "../../src/host/real-host.ts";
import { runProgram } from "../support/real-commands.ts";
import { requireTool } from "../support/requires.ts";
import { exampleWebConfig } from "../support/web-config.ts";

describe("the example of a web config", () => {
  it("is taken, and its password is the one it says", async function () {
    requireTool(this, "openssl", "makes the certificates");
    const { file } = exampleWebConfig();
    const host = realHost();
    const config = loadWebConfig(host.files, file);
    if (config.tls !== undefined) host.checkTls(config.tls);
    assert.equal(config.tls?.clientAuth, "RequireAndVerifyClientCert");
    const hash = config.users.get("prometheus") ?? "";
    assert.equal(await host.checkPassword("example", hash), true);
    assert.deepEqual(config.rateLimit, { intervalSeconds: 1, burst: 50 });
  });

  it("is taken by Prometheus' own exporters too, but for the rate limit that older ones do not know", function () {
    requireTool(this, "openssl", "makes the certificates");
    requireTool(this, "promtool", "checks the file as the exporter-toolkit does");
    const { file } = exampleWebConfig();
    writeFileSync(file, readFileSync(file, "utf8").replace(/^rate_limit:\n(?: .*\n)*/m, ""));
    const { status, output } = runProgram("promtool", ["check", "web-config", file]);
    assert.equal(status, 0, output);
  });
});
