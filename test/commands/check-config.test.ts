import assert from "node:assert/strict";
import { memoryHost } from "../support/memory-host.ts";
import { runCli } from "../support/run-cli.ts";

const good = `workloads:
  - name: chat
    match: { runtime: mlx_lm.server, flags: { --port: "8080", --name: "a b" } }
    expect: always
  - name: night-training
    match: { program: train.py, user: ada, unit: train.service, environment: { MLX_RANK: "0" } }
`;
const files = {
  "/good.yaml": good,
  "/empty.yaml": "{}\n",
  "/typo.yaml": good.replace("expect", "expcet"),
  "/broken.yaml": "workloads: [\n",
  "/shut.yaml": "forbidden",
};
const check = (...argv: readonly string[]) =>
  runCli(["check-config", ...argv], memoryHost(files, { platform: "darwin" }));

describe("check-config", () => {
  it("says in one line a workload what the file means, on every platform", async () => {
    const answer = {
      code: 0,
      stdout: `chat: runtime mlx_lm.server, --port 8080, --name "a b"; expected always
night-training: program train.py, user ada, unit train.service, MLX_RANK=0; expected never
`,
      stderr: "",
    };
    assert.deepEqual(await check("--config.file", "/good.yaml"), answer);
    assert.deepEqual(await check("/good.yaml"), answer);
  });

  it("says how a workload is probed, and not what it is told", async () => {
    const probe =
      "{ url: https://mlx.test/v1, prompt: secret, model: a b, interval: 2m, bearerTokenFile: t }";
    const text = `workloads:\n  - name: chat\n    match: { user: ada }\n    probe: ${probe}\n`;
    const host = memoryHost({ "/etc/c.yaml": text });
    const { stdout } = await runCli(["check-config", "/etc/c.yaml"], host);
    assert.equal(
      stdout,
      'chat: user ada; expected never; probed every 120 s at https://mlx.test/v1, chat, model "a b", token /etc/t, given up after 30 s\n',
    );
  });

  it("prints the checked config as JSON, defaults filled in", async () => {
    const { code, stdout } = await check("/good.yaml", "--format", "json");
    const { workloads } = JSON.parse(stdout) as { workloads: readonly { expect: string }[] };
    assert.equal(code, 0);
    assert.deepEqual(
      workloads.map(({ expect }) => expect),
      ["always", "never"],
    );
  });

  it("says so when a good file names nothing", async () => {
    assert.deepEqual(await check("/empty.yaml"), {
      code: 0,
      stdout: "",
      stderr: "/empty.yaml is good and names no workload.\n",
    });
  });

  for (const [what, path, sentence] of [
    [
      "a misspelt key",
      "/typo.yaml",
      /^mlx-headroom: \/typo\.yaml:4: .*expcet.*did you mean expect\?/,
    ],
    ["broken YAML", "/broken.yaml", /^mlx-headroom: \/broken\.yaml:\d: this is not valid YAML/],
  ] as const) {
    it(`exits 1 with one sentence for ${what}`, async () => {
      for (const format of ["text", "json"]) {
        const { code, stdout, stderr } = await check(path, "--format", format);
        assert.deepEqual([code, stdout], [1, ""]);
        assert.match(stderr, sentence);
        assert.equal(stderr.split("\n").length, 2);
      }
    });
  }

  it("exits 2 when the file cannot be read, and names the way it was given", async () => {
    const flag = await check("--config.file", "/none.yaml");
    assert.deepEqual([flag.code, flag.stdout], [2, ""]);
    assert.match(flag.stderr, /\/none\.yaml does not exist\. .*given with --config\.file\.\n$/);
    const positional = await check("/shut.yaml");
    assert.equal(positional.code, 2);
    assert.match(positional.stderr, /\/shut\.yaml may not be read .*with 'check-config FILE'\.\n$/);
  });

  it("exits 2 when no file is named, or two are", async () => {
    for (const argv of [[], ["/good.yaml", "--config.file", "/good.yaml"]]) {
      const { code, stderr } = await check(...argv);
      assert.equal(code, 2);
      assert.match(stderr, /It takes one file, as in/);
    }
  });
});
