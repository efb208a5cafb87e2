import assert from "node:assert/strict";
import { createVerification } from "../../../src/exporter/4-expose/verification.ts";

const hashes = { ada: `$2b$10$${"a".repeat(53)}`, bob: `$2b$12$${"b".repeat(53)}` };
const users = new Map(Object.entries(hashes));

/** A verification whose bcrypt is a list of questions that a test answers. */
function verification() {
  const asked: {
    readonly password: string;
    readonly hash: string;
    answer(right: boolean): void;
  }[] = [];
  const verify = createVerification(
    (password, hash) =>
      new Promise((resolve) => {
        asked.push({ password, hash, answer: resolve });
      }),
  );
  /** Lets everything that can go on do so. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { asked, verify, settle };
}

const ada = { user: "ada", password: "secret" };

/** Verifies when bcrypt says this. */
async function once(
  { asked, verify, settle }: ReturnType<typeof verification>,
  credentials: typeof ada,
  right: boolean,
  among: ReadonlyMap<string, string> = users,
) {
  const verdict = verify(credentials, among, "c");
  await settle();
  asked.at(-1)?.answer(right);
  return verdict;
}

describe("verification of a password", () => {
  it("asks bcrypt once for a right password, and remembers it", async () => {
    const all = verification();
    assert.equal(await once(all, ada, true), "right");
    assert.equal(await all.verify(ada, users, "c"), "right");
    assert.deepEqual(
      all.asked.map(({ password, hash }) => [password, hash]),
      [["secret", hashes.ada]],
    );
  });

  it("never remembers a wrong one, nor takes it for another user's", async () => {
    const all = verification();
    assert.equal(await once(all, ada, true), "right");
    assert.equal(await once(all, { ...ada, password: "Secret" }, false), "wrong");
    assert.equal(await once(all, { ...ada, password: "Secret" }, false), "wrong");
    assert.equal(await once(all, { ...ada, user: "bob" }, false), "wrong");
    assert.equal(all.asked.length, 4);
  });

  it("forgets a password when the user's hash changes or the user goes", async () => {
    const all = verification();
    assert.equal(await once(all, ada, true), "right");
    const changed = new Map([["ada", hashes.bob]]);
    assert.equal(await once(all, ada, false, changed), "wrong");
    assert.equal(await once(all, ada, false, new Map([["bob", hashes.bob]])), "wrong");
    assert.equal(all.asked.length, 3);
  });

  it("does the same work for a user that does not exist, and lets nobody in as one", async () => {
    const all = verification();
    const nobody = { user: "nobody", password: "x" };
    assert.equal(await once(all, nobody, true), "wrong");
    assert.equal(await once(all, nobody, true), "wrong");
    const [first, second] = all.asked.map(({ hash }) => hash);
    assert.match(first ?? "", /^\$2b\$1[02]\$\.{53}$/);
    // The same cost each time, or a difference would tell the two kinds of name apart.
    assert.equal(first, second);
  });

  it("gives users that do not exist the costs of those that do", async () => {
    const all = verification();
    const costs = new Set<string>();
    for (let n = 0; n < 40; n++) {
      await once(all, { user: `nobody-${n}`, password: "x" }, false);
      costs.add((all.asked.at(-1)?.hash ?? "").slice(4, 6));
    }
    assert.deepEqual([...costs].sort(), ["10", "12"]);
  });

  it("asks once for the same password given twice at the same time", async () => {
    const { asked, verify, settle } = verification();
    const verdicts = Promise.all([ada, ada, ada].map((each) => verify(each, users, "c")));
    await settle();
    assert.equal(asked.length, 1);
    asked[0]?.answer(true);
    assert.deepEqual(await verdicts, ["right", "right", "right"]);
  });

  it("checks one password at a time, and of one client keeps only two waiting", async () => {
    const { asked, verify, settle } = verification();
    const wrong = (n: number) => verify({ user: "ada", password: `guess ${n}` }, users, "guesser");
    const guesses = [wrong(1), wrong(2), wrong(3)];
    const other = verify(ada, users, "prometheus");
    await settle();
    assert.equal(await guesses[2], "busy");
    assert.equal(asked.length, 1);
    for (const right of [false, false, true]) {
      asked.at(-1)?.answer(right);
      await settle();
    }
    assert.deepEqual(await Promise.all([...guesses.slice(0, 2), other]), [
      "wrong",
      "wrong",
      "right",
    ]);
    // Their places are free again.
    assert.equal(await once({ asked, verify, settle }, { ...ada, password: "4" }, false), "wrong");
  });

  it("keeps only so many waiting, and lets remembered passwords pass all of them", async () => {
    const all = verification();
    assert.equal(await once(all, ada, true), "right");
    const guesses = Array.from({ length: 40 }, (_, n) =>
      all.verify({ user: "ada", password: `${n}` }, users, `client ${n}`),
    );
    assert.equal(await all.verify(ada, users, "prometheus"), "right");
    assert.equal(await guesses[32], "busy");
    assert.equal(await all.verify({ ...ada, password: "?" }, users, "prometheus"), "busy");
  });

  it("remembers only so many: the oldest is asked about again", async () => {
    const all = verification();
    // bcrypt reads 72 bytes of a password, so that one hash has many.
    const nth = (n: number) => ({ user: "ada", password: `${"x".repeat(72)}${n}` });
    for (let n = 0; n <= 64; n++) assert.equal(await once(all, nth(n), true), "right");
    assert.equal(await all.verify(nth(1), users, "c"), "right");
    assert.equal(all.asked.length, 65);
    assert.equal(await once(all, nth(0), true), "right");
    assert.equal(all.asked.length, 66);
  });

  it("fails where bcrypt fails, and goes on with the next", async () => {
    let calls = 0;
    const verify = createVerification(() =>
      (calls += 1) === 1 ? Promise.reject(new Error("no thread")) : Promise.resolve(true),
    );
    await assert.rejects(verify(ada, users, "c"), /no thread/);
    assert.equal(await verify(ada, users, "c"), "right");
  });
});
