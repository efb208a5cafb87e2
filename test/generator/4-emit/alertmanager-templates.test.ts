import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emitTemplates, messages } from "../../../src/generator/4-emit/alertmanager-templates.ts";
import { runProgram } from "../../support/real-commands.ts";
import { requireTool } from "../../support/requires.ts";

interface Alert {
  readonly status?: "firing" | "resolved";
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const usual = {
  alertname: "MlxHeadroomLow",
  severity: "warning",
  workload: "chat",
  instance: "studio-1:10836",
};
const said = {
  summary: "chat is short of memory",
  description: "9 GiB are left.",
  runbook_url: "https://example.org/runbooks#mlxheadroomlow",
};

describe("the messages of Alertmanager", function () {
  this.timeout(20_000);
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "mlx-headroom-templates-"));
    writeFileSync(join(folder, "mlx.tmpl"), emitTemplates(["What it is."]));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** What Alertmanager makes of these alerts. */
  function render(context: Mocha.Context, message: string, ...alerts: readonly Alert[]): string {
    requireTool(context, "amtool", "renders templates");
    const whole = alerts.map(({ status = "firing", labels = {}, annotations = {} }) => ({
      status,
      labels: { ...usual, ...labels },
      annotations: { ...said, ...annotations },
      startsAt: "2026-01-02T03:04:05Z",
      endsAt: status === "firing" ? "0001-01-01T00:00:00Z" : "2026-01-02T04:00:00Z",
    }));
    const [first] = whole;
    const shared = Object.entries(first?.labels ?? {}).filter(([name, value]) =>
      whole.every(({ labels }) => (labels as Readonly<Record<string, string>>)[name] === value),
    );
    const data = {
      status: whole.some(({ status }) => status === "firing") ? "firing" : "resolved",
      alerts: whole,
      commonLabels: Object.fromEntries(shared),
    };
    writeFileSync(join(folder, "data.json"), JSON.stringify(data));
    const { status, output } = runProgram("amtool", [
      "template",
      "render",
      `--template.glob=${join(folder, "*.tmpl")}`,
      `--template.text={{ template "${message}" . }}`,
      `--template.type=${message === messages.html ? "html" : "text"}`,
      `--template.data=${join(folder, "data.json")}`,
    ]);
    assert.equal(status, 0, output);
    return output;
  }

  it("name in the title what all alerts share", function () {
    assert.equal(
      render(this, messages.title, {}),
      "[FIRING 1] chat on studio-1:10836: MlxHeadroomLow",
    );
    assert.equal(
      render(this, messages.title, {}, { labels: { alertname: "MlxLimitHit" } }),
      "[FIRING 2] chat on studio-1:10836",
    );
    assert.equal(
      render(this, messages.slackTitle, { status: "resolved" }),
      "[RESOLVED] chat on studio-1:10836: MlxHeadroomLow",
    );
  });

  it("say of each alert its summary, its description, since when, and what to do", function () {
    const resolved = { status: "resolved", annotations: { summary: "it was so" } } as const;
    const expected = [
      "",
      "Firing, warning: chat is short of memory",
      "9 GiB are left.",
      "Since 2026-01-02 03:04:05 UTC.",
      "What to do: https://example.org/runbooks#mlxheadroomlow",
      "",
      "Resolved, warning: it was so",
      "9 GiB are left.",
      "Since 2026-01-02 03:04:05 UTC until 2026-01-02 04:00:00 UTC.",
      "What to do: https://example.org/runbooks#mlxheadroomlow",
      "",
      "",
    ].join("\n");
    for (const message of [messages.text, messages.slackText]) {
      assert.equal(render(this, message, resolved, {}), expected);
    }
    const html = render(this, messages.html, resolved, {});
    assert.match(
      html,
      /<b>Firing, warning: chat is short of memory<\/b>[^]*<b>Resolved, warning: /,
    );
    assert.match(html, /<a href="https:\/\/example.org\/runbooks#mlxheadroomlow">What to do<\/a>/);
  });

  it("do without a runbook", function () {
    const bare = { annotations: { runbook_url: "" } };
    for (const message of [messages.text, messages.slackText, messages.html]) {
      assert.doesNotMatch(render(this, message, bare), /What to do/);
    }
  });

  const hostile = '<script>alert("x")</script> & <!channel> <https://evil.example|chat>';

  it("let no label of a process become markup of a mail", function () {
    const html = render(this, messages.html, {
      labels: { severity: hostile },
      annotations: { summary: hostile, description: hostile, runbook_url: "javascript:alert(1)" },
    });
    assert.doesNotMatch(html, /<script|<!channel|<https|javascript:/);
    assert.match(html, /&lt;script&gt;/);
  });

  it("let no label call a channel or make a link in Slack", function () {
    const alert = {
      labels: { workload: hostile },
      annotations: { summary: hostile, description: hostile },
    };
    for (const message of [messages.slackTitle, messages.slackText]) {
      const text = render(this, message, alert);
      assert.doesNotMatch(text, /[<>]|&(?!(?:amp|lt|gt);)/);
      assert.match(text, /&lt;!channel&gt;/);
    }
  });

  it("let no line feed or mark of direction in a label begin another alert", function () {
    const faked = "chat\nFiring, critical: x\r\u2028y\u0085z\u202Eq";
    const alert = { labels: { workload: faked }, annotations: { summary: faked } };
    assert.match(render(this, messages.title, alert), /chat Firing, critical: x y z q on studio/);
    for (const message of [messages.text, messages.slackText]) {
      const lines = render(this, message, {}).split("\n").length;
      assert.equal(render(this, message, alert).split("\n").length, lines);
    }
  });

  it("take no template out of a label", function () {
    const alert = { annotations: { summary: '{{ template "mlx.html" . }}' } };
    assert.match(render(this, messages.text, alert), /\{\{ template "mlx.html" \. \}\}/);
  });

  it("say at the head of their file what made them", () => {
    assert.match(emitTemplates(["Made by us."]), /^\{\{\/\*\nMade by us\.\n\*\/\}\}\n/);
  });
});
