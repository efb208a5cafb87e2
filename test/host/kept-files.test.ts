import assert from "node:assert/strict";
import { createKeptFiles } from "../../src/host/kept-files.ts";

/** Kept files on a clock that a test moves, and which descriptors were closed. */
function kept() {
  const closed: number[] = [];
  const clock = { now: 0 };
  const files = createKeptFiles(
    () => clock.now,
    (descriptor) => closed.push(descriptor),
  );
  return { files, closed, clock };
}

describe("kept files", () => {
  it("are there until they are dropped, and closed once", () => {
    const { files, closed } = kept();
    assert.equal(files.add("/a", 3), true);
    assert.equal(files.get("/a"), 3);
    files.drop("/a");
    files.drop("/a");
    assert.equal(files.get("/a"), undefined);
    assert.deepEqual(closed, [3]);
  });

  it("are closed when nobody has used them for five minutes", () => {
    const { files, closed, clock } = kept();
    files.add("/old", 3);
    files.add("/used", 4);
    clock.now = 200;
    files.get("/used");
    clock.now = 301;
    for (let use = 0; use < 2000; use++) files.get("/other");
    assert.deepEqual(closed, [3]);
    assert.equal(files.get("/used"), 4);
  });

  it("are so many and no more", () => {
    const { files } = kept();
    let count = 0;
    while (count < 5000 && files.add(`/${count}`, count)) count += 1;
    assert.equal(count, 2048);
    files.drop("/0");
    assert.equal(files.add("/again", 0), true);
  });
});
