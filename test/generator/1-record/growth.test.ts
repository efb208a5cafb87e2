import assert from "node:assert/strict";
import { growthOf, type LoadPoint } from "../../../src/generator/1-record/growth.ts";

const mebibyte = 1024 * 1024;

/** So many points, two requests apart, with the memory that `of` gives for each request. MiB. */
function points(count: number, of: (request: number) => number): readonly LoadPoint[] {
  return Array.from({ length: count }, (_, at) => ({
    requests: 2 * at,
    memory: of(2 * at) * mebibyte,
  }));
}

describe("growth under a load", () => {
  it("is over once a cache of ten prompts is full", () => {
    const filling = (request: number) => 100 + 60 * Math.min(request, 10);
    assert.equal(growthOf(points(30, filling)), "level");
  });

  it("goes on while the cache still fills", () => {
    assert.equal(growthOf(points(30, (request) => 100 + 6 * request)), "growing");
  });

  it("is a leak of more than 1 % of the peak for every hundred requests, and not one of less", () => {
    const leak = (perHundred: number) =>
      points(600, (request) => 1000 + (request * perHundred) / 100);
    assert.equal(growthOf(leak(16)), "growing");
    assert.equal(growthOf(leak(8)), "level");
  });

  it("is not what an allocator gives back and takes again", () => {
    const sawtooth = (request: number) => 150 + 10 * ((request / 2) % 7);
    assert.equal(growthOf(points(60, sawtooth)), "level");
  });

  it("is judged by the kernel's mark where samples miss the peaks", () => {
    const missed = points(30, (request) => (request < 45 ? 120 : 180)).map((point, at) => ({
      ...point,
      mark: (at === 0 ? 120 : 185) * mebibyte,
    }));
    assert.equal(growthOf(missed), "level");
    const unmarked = missed.map(({ requests, memory }) => ({ requests, memory }));
    assert.equal(growthOf(unmarked), "growing");
  });

  it("is not hidden by a mark that loading the model left", () => {
    const marked = points(30, (request) => 100 + 6 * request).map((point) => ({
      ...point,
      mark: 4000 * mebibyte,
    }));
    assert.equal(growthOf(marked), "growing");
  });

  it("is unknown where a rise is small, and steep only because there were few requests", () => {
    const creep = points(30, (request) => (request < 45 ? 1000 : 1006));
    assert.equal(growthOf(creep), "unknown");
  });

  it("is judged by a mark that a second load has raised above that of a first", () => {
    const second = points(30, (request) => (request < 45 ? 120 : 180)).map((point, at) => ({
      ...point,
      mark: (at === 0 ? 200 : 205) * mebibyte,
    }));
    assert.equal(growthOf(second), "level");
  });

  it("is unknown after a handful of requests, or of samples", () => {
    assert.equal(growthOf([]), "unknown");
    assert.equal(growthOf(points(12, () => 100)), "unknown");
    const slow = points(60, () => 100).map((point, at) => ({
      ...point,
      requests: Math.floor(at / 10),
    }));
    assert.equal(growthOf(slow), "unknown");
  });
});
