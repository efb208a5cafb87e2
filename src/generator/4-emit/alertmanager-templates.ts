/** Names of the message templates, by what they are for. */
export const messages = {
  title: "mlx.title",
  text: "mlx.text",
  slackTitle: "mlx.slack.title",
  slackText: "mlx.slack.text",
  html: "mlx.html",
} as const;

/** Templates that write one value safely where a message goes to. */
const lines = { plain: "mlx.line", slack: "mlx.slack.line" } as const;

/**
 * What Alertmanager's messages say: one file, whose templates the receivers name. Of each alert its summary, its
 * description, since when, and where its runbook is.
 */
export function emitTemplates(head: readonly string[]): string {
  return [
    `{{/*\n${head.join("\n")}\n*/}}`,
    // Labels come from command lines: a line feed in one must not begin what looks like another alert, nor a mark turn the text around.
    define(lines.plain, `{{ reReplaceAll "[\\\\s\\\\pC\\\\pZ]+" " " . }}`),
    // Slack has three characters of its own: `<!channel>` in a label would call everybody.
    define(
      lines.slack,
      `{{ reReplaceAll "[\\\\s\\\\pC\\\\pZ]+" " " . | reReplaceAll "&" "&amp;" | reReplaceAll "<" "&lt;" | reReplaceAll ">" "&gt;" }}`,
    ),
    define(messages.title, title(lines.plain)),
    define(messages.text, everyAlert(text(lines.plain))),
    define(messages.slackTitle, title(lines.slack)),
    define(messages.slackText, everyAlert(text(lines.slack))),
    define(messages.html, everyAlert(markup)),
    "",
  ].join("\n");
}

function define(name: string, body: string): string {
  return `{{ define "${name}" }}${body}{{ end }}`;
}

/** Those that fire first. */
function everyAlert(body: string): string {
  return `\n{{- range .Alerts.Firing }}${body}{{ end }}\n{{- range .Alerts.Resolved }}${body}{{ end }}\n`;
}

/** `[FIRING 2] chat on studio-1:10836: MlxHeadroomLow`: what all alerts of the message share. */
function title(line: string): string {
  const shared = (before: string, label: string): string =>
    `{{ with .CommonLabels.${label} }}${before}{{ template "${line}" . }}{{ end }}`;
  return [
    `[{{ if eq .Status "firing" }}FIRING {{ len .Alerts.Firing }}{{ else }}RESOLVED{{ end }}]`,
    shared(" ", "workload"),
    shared(" on ", "instance"),
    shared(": ", "alertname"),
  ].join("");
}

const state = `{{ if eq .Status "resolved" }}Resolved{{ else }}Firing{{ end }}`;
const when = [
  `Since {{ .StartsAt.UTC.Format "2006-01-02 15:04:05 MST" }}`,
  `{{ if eq .Status "resolved" }} until {{ .EndsAt.UTC.Format "2006-01-02 15:04:05 MST" }}{{ end }}.`,
].join("");

function text(line: string): string {
  const value = (name: string): string => `{{ template "${line}" ${name} }}`;
  return [
    "",
    `${state}, ${value(".Labels.severity")}: ${value(".Annotations.summary")}`,
    value(".Annotations.description"),
    `${when}{{ with .Annotations.runbook_url }}`,
    `What to do: ${value(".")}{{ end }}`,
    "",
  ].join("\n");
}

/** In HTML Alertmanager escapes by itself, by where a value stands. */
const markup = [
  "",
  `<p><b>${state}, {{ .Labels.severity }}: {{ .Annotations.summary }}</b></p>`,
  "<p>{{ .Annotations.description }}</p>",
  `<p>${when}</p>`,
  `{{ with .Annotations.runbook_url }}<p><a href="{{ . }}">What to do</a></p>{{ end }}`,
  "",
].join("\n");
