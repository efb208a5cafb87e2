import assert from "node:assert/strict";
import { memoryHost, type MemoryHost } from "../support/memory-host.ts";
import { header, jsonLines, madeRecording } from "../support/recordings.ts";
import { runCli } from "../support/run-cli.ts";

const idle = jsonLines(madeRecording({ seed: 1, samples: 120, scenario: "idle" }));
const peak = jsonLines(madeRecording({ seed: 2, samples: 400, scenario: "peak", starts: true }));

function written(host: MemoryHost, path: string): string {
  const read = host.files.read(path);
  assert.ok(read.kind === "read", `${path} is not there`);
  return read.bytes.toString();
}

describe("profile", () => {
  it("finds a workload's recordings where record puts them, and passes over those of others", async () => {
    const other = jsonLines(
      madeRecording({ seed: 3, samples: 60, scenario: "idle", changes: { workload: "batch" } }),
    );
    const host = memoryHost({
      "recordings/chat/idle-1.jsonl": idle,
      "recordings/chat/peak-1.jsonl": peak,
      "recordings/batch/idle-1.jsonl": other,
    });
    const { code, stdout, stderr } = await runCli(["profile", "chat"], host);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /profiles\/chat\.yaml/);
    assert.match(stderr, /chat: 2 recordings of idle, peak/);
    const profile = written(host, "profiles/chat.yaml");
    assert.match(profile, /^workload: chat$/m);
    assert.ok(!profile.includes("batch"));
    JSON.parse(written(host, "profiles/profile.schema.json"));
  });

  it("uses a recording that was cut off up to there, and says so", async () => {
    const host = memoryHost({ "recordings/idle.jsonl": idle.slice(0, -200) });
    const { code, stderr } = await runCli(["profile", "chat"], host);
    assert.equal(code, 0);
    assert.match(stderr, /idle\.jsonl was cut off before its end; what came before is used/);
  });

  it("names the file and the line that cannot be read, leaves that recording out, and uses the others", async () => {
    const lines = idle.split("\n");
    lines[7] = '{"kind":"sample","t":"soon"}';
    const host = memoryHost({
      "recordings/broken.jsonl": lines.join("\n"),
      "recordings/good.jsonl": idle,
    });
    const { code, stderr } = await runCli(["profile", "chat"], host);
    assert.equal(code, 0);
    assert.match(stderr, /broken\.jsonl:8/);
    assert.match(stderr, /chat: 1 recording of idle/);
  });

  it("refuses what another version wrote, and exits with 2 where nothing is left", async () => {
    const later = JSON.stringify({ ...header(), version: 99 });
    const host = memoryHost({ "recordings/later.jsonl": `${later}\n` });
    const { code, stderr } = await runCli(["profile", "chat"], host);
    assert.equal(code, 2);
    assert.match(stderr, /later\.jsonl/);
    assert.equal(host.files.exists("profiles/chat.yaml"), false);
  });

  it("says which workloads there are recordings of, and where it looked", async () => {
    const host = memoryHost({ "recordings/idle.jsonl": idle });
    const { code, stderr } = await runCli(["profile", "chatt"], host);
    assert.equal(code, 2);
    assert.match(stderr, /chatt.*chat/s);
    const nowhere = await runCli(["profile", "chat"], memoryHost({}));
    assert.equal(nowhere.code, 2);
    assert.match(nowhere.stderr, /recordings does not exist/);
  });

  it("explains every number of a resource without writing anything", async () => {
    const host = memoryHost({ "recordings/idle.jsonl": idle });
    const { code, stdout } = await runCli(["profile", "chat", "--explain", "memory"], host);
    assert.equal(code, 0);
    assert.match(stdout, /n_eff/);
    assert.equal(host.files.exists("profiles/chat.yaml"), false);
  });

  it("writes a page with plots and no script beside the profile, every text escaped", async () => {
    const hostile = jsonLines(
      madeRecording({
        seed: 4,
        samples: 200,
        scenario: "average",
        changes: { model: { name: "<script>alert(1)</script>" } },
      }),
    );
    const host = memoryHost({
      "recordings/average.jsonl": hostile,
      "recordings/idle.jsonl": idle,
      "recordings/peak.jsonl": peak,
    });
    const { code } = await runCli(["profile", "chat", "--report", "out/r.html"], host);
    assert.equal(code, 0);
    const page = written(host, "out/r.html");
    assert.ok(page.includes("<svg"));
    assert.doesNotMatch(page, /<script|https?:\/\/(?!www\.w3\.org)/);
    assert.ok(page.includes("&lt;script&gt;"));
  });

  it("refuses to take the place of another workload's profile", async () => {
    const host = memoryHost({ "recordings/idle.jsonl": idle });
    await runCli(["profile", "chat"], host);
    const own = written(host, "profiles/chat.yaml");
    host.put("profiles/chat.yaml", own.replace("workload: chat", "workload: Chat"));
    const { code, stderr } = await runCli(["profile", "chat"], host);
    assert.equal(code, 2);
    assert.match(stderr, /Chat/);
    assert.equal((await runCli(["profile"], host)).code, 2);
    assert.equal((await runCli(["profile", "-bad name"], host)).code, 2);
  });
});
