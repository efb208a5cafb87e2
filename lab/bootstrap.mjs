/**
 * What `npm start` and `npm test` run first. Works in a fresh clone with only Node and npm: it installs the
 * packages, builds, and hands over. Plain JavaScript without dependencies, because nothing is there yet; it does
 * nothing a second time that is still right from the first.
 */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { performance } from "node:perf_hooks";
import { clearInterval, setInterval } from "node:timers";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const oldestNode = [20, 19];
let stopping = false;
const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

await main(process.argv[2], process.argv.slice(3));

async function main(task, rest) {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])) {
    fail(
      `Node ${process.versions.node} is too old: install Node ${oldestNode.join(".")} or newer.`,
    );
  }
  if (task !== "start" && task !== "test") {
    fail(
      "Usage: node lab/bootstrap.mjs start|test [arguments]. Most people type 'npm start' or 'npm test'.",
    );
  }
  if (!packagesMatchLock()) await install();
  await build();
  if (task === "test") process.exit(await runTests(rest));
  const { start } = await import(pathToFileURL(join(root, "build", "lab", "start.js")).href);
  process.exit(await start(rest));
}

/**
 * Whether node_modules is what package-lock.json asks for. The stamp is npm's own: it writes
 * node_modules/.package-lock.json last, and `npm ci` removes it first, so an interrupted install has none.
 * Packages for other platforms are in the lock and rightly not installed.
 */
function packagesMatchLock() {
  const wanted = readPackages(join(root, "package-lock.json"));
  const present = readPackages(join(root, "node_modules", ".package-lock.json"));
  if (wanted === undefined || present === undefined) return false;
  const same = (a, b) => a?.version === b?.version && a?.integrity === b?.integrity;
  return (
    Object.entries(present).every(([path, entry]) => same(entry, wanted[path])) &&
    Object.entries(wanted).every(
      ([path, entry]) => path === "" || entry.optional || path in present,
    )
  );
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages;
  } catch {
    return undefined;
  }
}

async function install() {
  const npm = process.env.npm_execpath;
  const [command, ...args] = npm?.endsWith("js") ? [process.execPath, npm] : ["npm"];
  const { code, output } = await step("npm packages", command, [
    ...args,
    "ci",
    "--no-audit",
    "--no-fund",
  ]);
  if (code !== 0) {
    process.stdout.write(output);
    fail(
      "The npm packages could not be installed; npm's own words are above. Mend that and run again.",
    );
  }
}

async function build() {
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const { code, output } = await step("Build", process.execPath, [
    compiler,
    "-b",
    "tsconfig.json",
    "test/tsconfig.json",
  ]);
  if (code !== 0) {
    process.stdout.write(output);
    fail("The build failed; the compiler's own words are above.");
  }
  for (const folder of ["src", "lab", "test"])
    removeOrphans(join(root, "build", folder), join(root, folder));
  removeOrphans(join(root, "dist"), join(root, "src"));
}

/** The compiler leaves the output of a deleted source behind, and mocha would go on running that test. */
function removeOrphans(output, source) {
  if (!existsSync(output)) return;
  for (const name of readdirSync(output, { recursive: true })) {
    const stem = /^(.*)\.(?:js|d\.ts)$/.exec(name)?.[1];
    if (stem === undefined || existsSync(join(source, `${stem}.ts`))) continue;
    for (const ending of [".js", ".js.map", ".d.ts", ".d.ts.map"]) {
      rmSync(join(output, stem + ending), { force: true });
    }
  }
}

/**
 * Runs mocha and prints what it counted as the very last line, which continuous integration reads: all tests in their
 * lanes, or in one run what the arguments for mocha say.
 */
async function runTests(args) {
  const mocha = [
    join(root, "node_modules", "mocha", "bin", "mocha.js"),
    ...["--reporter", join(root, "lab", "totals-reporter.mjs")],
  ];
  const { code, totals, stoppedBy } =
    args.length === 0
      ? await (await import("./lanes.mjs")).runLanes(root, mocha, run)
      : await run(process.execPath, [...mocha, ...args], {
          stdio: ["inherit", "inherit", "inherit", "ipc"],
        });
  endIf(stoppedBy);
  if (totals === undefined) {
    console.log(
      `mocha ended with exit code ${code} before it could count its tests; why is said above.`,
    );
  }
  const { passes, failures, pending } = totals ?? { passes: 0, failures: 1, pending: 0 };
  console.log(`${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ""}`);
  return code;
}

/** Runs a command quietly, with a sign of life while it takes longer than two seconds. */
async function step(title, command, args) {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const terminal = process.stdout.isTTY;
  let shown = false;
  const timer = setInterval(() => {
    if (stopping || seconds() < 2 || (shown && !terminal)) return;
    process.stdout.write(
      `${terminal ? "\r" : ""}  ...   ${title} (${Math.floor(seconds())} s)${terminal ? "" : "\n"}`,
    );
    shown = true;
  }, 500);
  const result = await run(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  clearInterval(timer);
  endIf(result.stoppedBy);
  if (shown && terminal) process.stdout.write("\r\x1b[K");
  if (result.code === 0) process.stdout.write(`  ok    ${title} (${seconds().toFixed(1)} s)\n`);
  return result;
}

/** Runs a command in the repository to its end, passing signals on, so that nothing outlives this process. */
function run(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, ...options });
    let output = "";
    let totals;
    let stoppedBy;
    const handlers = Object.keys(signalNumbers).map((signal) => {
      const handler = () => {
        // npm undoes what it has begun before it ends, which takes a few seconds.
        if (!stopping) console.log("\nStopping.");
        stopping = true;
        stoppedBy = signal;
        // At a terminal, Ctrl-C has reached the child already, and a second one would cut its cleaning up short.
        if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
      };
      process.on(signal, handler);
      return [signal, handler];
    });
    child.stdout?.on("data", (chunk) => (output += chunk));
    child.stderr?.on("data", (chunk) => (output += chunk));
    child.on("message", (message) => (totals = message));
    child.on(
      "error",
      (error) => (output += `${relative(root, command) || command}: ${error.message}\n`),
    );
    child.on("close", (code, signal) => {
      for (const [name, handler] of handlers) process.off(name, handler);
      resolve({ code: code ?? 128 + (signalNumbers[signal] ?? 9), output, totals, stoppedBy });
    });
  });
}

/** Ends as a program does that a signal ended, when all that it had started is gone. */
function endIf(stoppedBy) {
  if (stoppedBy !== undefined) process.exit(128 + signalNumbers[stoppedBy]);
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
