import assert from "node:assert/strict";
import { createDiscoverer } from "../../../src/exporter/1-discover/discover.ts";
import { explain } from "../../../src/exporter/1-discover/explain.ts";
import { runtimes } from "../../../src/exporter/1-discover/runtimes.ts";
import { memoryHost } from "../../support/memory-host.ts";
import { type CommandLine, commandLines } from "./command-lines.ts";
import { processFiles, roots } from "./process-tree.ts";

describe("command lines", () => {
  for (const line of commandLines) {
    const { expected } = line;
    const title = line.argv
      .join(" ")
      .slice(0, 100)
      .replaceAll(/\p{Cc}/gu, "�");
    if ("notMlx" in expected) {
      it(`not MLX: ${title}`, async () => {
        const { discovery, explanation } = await look(line);
        assert.deepEqual(discovery.processes, []);
        assert.equal(explanation?.matched, false);
        assert.ok(explanation.reason.includes(expected.notMlx), explanation.reason);
      });
    } else {
      it(`${expected.runtime} ${expected.role}: ${title}`, async () => {
        const { discovery, explanation } = await look(line);
        const { runtime, role, workload } = expected;
        const [found] = discovery.processes;
        assert.ok(found, explanation?.reason);
        const { model, port } = found;
        const values = {
          ...(model !== undefined && { model }),
          ...(port !== undefined && { port }),
        };
        assert.deepEqual(
          { runtime: found.runtime, role: found.role, workload: found.workload, ...values },
          expected,
        );
        assert.deepEqual(
          { ...explanation, reason: undefined },
          { pid: 42, matched: true, workload, runtime, role, reason: undefined },
        );
      });
    }
  }

  it("cover every runtime of the table", () => {
    const covered = new Set(
      commandLines.map(({ expected }) => ("runtime" in expected ? expected.runtime : "")),
    );
    assert.deepEqual(
      runtimes.map(({ name }) => name).filter((name) => !covered.has(name)),
      [],
    );
  });

  it("never let an explanation show what only the command line knows", async () => {
    for (const line of commandLines) {
      const secret = "sk-4f1ff1ec";
      const argv = [
        ...line.argv,
        "--api-key",
        secret,
        `/tmp/${secret}/mlx_lm.server`,
        `x;${secret}`,
      ];
      const { explanation } = await look({ ...line, argv });
      assert.ok(explanation?.reason.includes(secret) === false, line.argv.join(" "));
    }
  });
});

async function look(line: CommandLine) {
  const environ = line.environ ?? [];
  const files = processFiles([{ pid: 42, argv: line.argv, environ, comm: "x" }]);
  const host = memoryHost(files, { platform: line.platform ?? "linux" });
  return {
    discovery: await createDiscoverer(host, roots, { rules: [] }).discover(),
    explanation: (await explain(host, roots, [], 42))[0],
  };
}
