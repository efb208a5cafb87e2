import assert from "node:assert/strict";
import { createAdmission } from "../../../src/exporter/4-expose/admission.ts";
import type { WebConfig } from "../../../src/model/web-config.ts";

const open: WebConfig = { headers: {}, users: new Map(), holdsSecrets: false };
const closed: WebConfig = { ...open, users: new Map([["ada", `$2b$10$${"a".repeat(53)}`]]) };
const caller = (password?: string) => ({
  authorization: password && `Basic ${Buffer.from(`ada:${password}`).toString("base64")}`,
  address: "192.0.2.1",
});

describe("admission", () => {
  it("asks nobody for a password where there are no users", async () => {
    const admit = createAdmission(
      () => assert.fail("no password is checked"),
      () => 0,
    );
    assert.equal(await admit(caller(), open), undefined);
    assert.equal(await admit(caller("whatever"), open), undefined);
  });

  it("lets the right password in, and asks for it in any other case", async () => {
    const admit = createAdmission(
      (password) => Promise.resolve(password === "secret"),
      () => 0,
    );
    assert.equal(await admit(caller("secret"), closed), undefined);
    for (const refusal of [await admit(caller("wrong"), closed), await admit(caller(), closed)]) {
      assert.equal(refusal?.status, 401);
      assert.match(refusal.headers["WWW-Authenticate"] ?? "", /^Basic realm="/);
    }
  });

  it("says when too many passwords are being checked", async () => {
    const admit = createAdmission(
      () => new Promise(() => undefined),
      () => 0,
    );
    void admit(caller("1"), closed);
    void admit(caller("2"), closed);
    const refusal = await admit(caller("3"), closed);
    assert.deepEqual([refusal?.status, refusal?.headers], [503, { "Retry-After": "1" }]);
  });

  it("limits the rate before it checks a password", async () => {
    let checks = 0;
    const admit = createAdmission(
      () => Promise.resolve((checks += 1) < 0),
      () => 7,
    );
    const limited = { ...closed, rateLimit: { intervalSeconds: 2.5, burst: 1 } };
    assert.equal((await admit(caller("a"), limited))?.status, 401);
    const refusal = await admit(caller("b"), limited);
    assert.deepEqual([refusal?.status, refusal?.headers], [429, { "Retry-After": "3" }]);
    assert.equal(checks, 1);
  });
});
