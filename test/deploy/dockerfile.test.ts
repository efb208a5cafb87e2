import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { repository } from "../support/fixture-host.ts";
import { runProgram } from "../support/real-commands.ts";

const text = readFileSync(join(repository, "Dockerfile"), "utf8");
const ignored = readFileSync(join(repository, ".dockerignore"), "utf8").split("\n");
const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
  readonly version: string;
  readonly files: readonly string[];
};

/** Instructions as [name, rest], continued lines joined, comments left out. */
const instructions = text
  .split("\n")
  .filter((line) => !line.startsWith("#"))
  .join("\n")
  .replaceAll("\\\n", " ")
  .split("\n")
  .filter((line) => line.trim() !== "")
  .map((line) => [line.split(" ")[0] ?? "", line.slice(line.indexOf(" ") + 1)] as const);
const stages = instructions.flatMap(([name], index) => (name === "FROM" ? [index] : []));
const final = instructions.slice(stages.at(-1));

function last(name: string): string {
  return final.findLast(([instruction]) => instruction === name)?.[1] ?? "";
}

describe("the Dockerfile", () => {
  it("names its stages and where they begin, each base by a tag that is not latest", () => {
    const from = stages.map((index) => instructions[index]?.[1]);
    assert.deepEqual(from, ["${NODE_IMAGE} AS build", "${RUNTIME_IMAGE} AS runtime"]);
    const args = instructions.filter(([name]) => name === "ARG").map(([, value]) => value);
    assert.equal(args.length, 2);
    for (const arg of args) assert.match(arg, /^\w+_IMAGE=[\w./-]+:(?!latest)[\w.-]+$/);
  });

  it("ends as a user with a number that is not root's, without a shell", () => {
    assert.match(last("USER"), /^[1-9]\d*:[1-9]\d*$/);
    for (const name of ["ENTRYPOINT", "CMD"])
      assert.ok(Array.isArray(JSON.parse(last(name))), `${name} is started by a shell`);
    assert.ok(!final.some(([name]) => name === "RUN"));
  });

  it("asks the exporter for its health, without any other program", () => {
    const [, command = ""] = / CMD (\[.*\])$/.exec(last("HEALTHCHECK")) ?? [];
    const [program, , script] = JSON.parse(command) as string[];
    assert.equal(program, "node");
    assert.match(script ?? "", /127\.0\.0\.1:10836\/-\/healthy/);
    // Nothing listens there in a namespace of its own, nor, most likely, here: not healthy, and it says so by its code.
    const elsewhere = script?.replace("10836", "9") ?? "";
    assert.equal(runProgram(process.execPath, ["-e", elsewhere]).status, 1);
  });

  it("copies what is there and not kept from it, and all that the package ships", () => {
    const copies = final.filter(([name]) => name === "COPY").map(([, rest]) => rest.split(" "));
    const own = instructions
      .filter(([name, rest]) => name === "COPY" && !rest.startsWith("--from"))
      .flatMap(([, rest]) => rest.split(" ").slice(0, -1));
    for (const source of own) {
      assert.ok(existsSync(join(repository, source)), source);
      assert.ok(ignored.includes(`!${source}`), `.dockerignore keeps ${source} away`);
    }
    const shipped = manifest.files.filter((file) => !file.startsWith("!"));
    const copied = new Set(
      copies.flatMap((words) => words.slice(0, -1)).map((path) => basename(path)),
    );
    for (const file of [...shipped, "package.json", "LICENSE", "node_modules"])
      assert.ok(copied.has(file), `${file} is not in the image`);
  });

  it("says which version it is", () => {
    assert.match(text, new RegExp(`image\\.version="${manifest.version.replaceAll(".", "\\.")}"`));
  });
});

describe("what the image holds", () => {
  it("is enough to start the program: no package for development, no types", function () {
    this.timeout(60_000);
    const lock = JSON.parse(readFileSync(join(repository, "package-lock.json"), "utf8")) as {
      packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
    };
    const packages = Object.entries(lock.packages)
      .filter(([path, entry]) => path !== "" && entry.dev !== true && entry.devOptional !== true)
      .map(([path]) => path);
    const [, pattern = ""] = /-type f \\\((.*?)\\\)/.exec(text.replaceAll("\\\n", "")) ?? [];
    const endings = [...pattern.matchAll(/'\*(\.\w+)'/g)].map(([, ending]) => ending ?? "");
    assert.ok(endings.includes(".ts"));
    const root = mkdtempSync(join(tmpdir(), "mlx-headroom-image-"));
    try {
      const paths = ["dist", "package.json", ...packages].filter((path) =>
        existsSync(join(repository, path)),
      );
      const archive = join(root, "files.tar");
      const without = endings.map((ending) => `--exclude=*${ending}`);
      const pack = runProgram("tar", ["-C", repository, "-cf", archive, ...without, ...paths]);
      assert.equal(pack.status, 0, pack.output);
      assert.equal(runProgram("tar", ["-C", root, "-xf", archive]).status, 0);
      const [, ...entrypoint] = JSON.parse(last("ENTRYPOINT")) as string[];
      const args = entrypoint.map((arg) => arg.replace("/app/", `${root}/`));
      const { status, output } = runProgram(process.execPath, [...args, "--version"]);
      assert.deepEqual([status, output], [0, `${manifest.version}\n`]);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
