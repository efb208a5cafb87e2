import assert from "node:assert/strict";
import { checkPassword } from "../../src/host/passwords.ts";

/** What `htpasswd -nbBC 5 ada secret` and `-nbBC 11` print. */
const quick = "$2y$05$jZF/9QGEBn1Ux2EmsubYKedJL2lXurheBjBq2t0W9w/k8zb256zKW";
const slow = "$2y$11$WaOGtwvl2XJlM6Y9LFNu5eucAP6RRNxVFqpRMtLDiiexRBD2knuxC";

describe("a password", () => {
  it("is checked against a hash as htpasswd makes it", async () => {
    assert.equal(await checkPassword("secret", quick), true);
    assert.equal(await checkPassword("Secret", quick), false);
    assert.equal(await checkPassword("", quick), false);
  });

  it("that takes long to check holds nothing else up", async () => {
    let turns = 0;
    let turning = true;
    const turn = () => {
      turns += 1;
      if (turning) setImmediate(turn);
    };
    turn();
    assert.equal(await checkPassword("secret", slow), true);
    turning = false;
    assert.ok(turns > 100, `the loop turned ${turns} times`);
  });

  it("is checked each for itself when several are at once", async () => {
    const passwords = ["secret", "wrong", "secret", ""];
    assert.deepEqual(
      await Promise.all(passwords.map((password) => checkPassword(password, quick))),
      [true, false, true, false],
    );
  });

  it("with a hash that is none is an error, and the next one is checked all the same", async () => {
    await assert.rejects(checkPassword("secret", undefined as unknown as string));
    assert.equal(await checkPassword("secret", quick), true);
  });
});
