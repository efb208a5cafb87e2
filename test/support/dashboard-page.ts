import type { Dashboard, Panel } from "../../src/model/dashboard.ts";

/** docs/dashboards.md: its own head, written by hand, and one section for each dashboard with every panel. */
export function dashboardPage(page: string, dashboards: readonly Dashboard[]): string {
  const [head = ""] = page.split(/^(?=## )/m);
  return [head, ...dashboards.map(section)].map((text) => `${text.trim()}\n`).join("\n");
}

function section({ uid, title, question, range, variables, annotations, rows }: Dashboard): string {
  const names = (all: readonly { readonly name: string }[]): string =>
    all.map(({ name }) => name).join(", ");
  return [
    `## ${title}`,
    question,
    `\`${uid}\`. Looks back ${range}; chosen by datasource, ${names(variables)}; marked in time: ${names(annotations)}.`,
    "| Panel | Shows | Empty | Runbooks |\n|---|---|---|---|",
  ]
    .join("\n\n")
    .concat(
      "\n",
      rows.flatMap((row) => [`| **${row.title}** | | | |`, ...row.panels.map(panelRow)]).join("\n"),
    );
}

function panelRow({ title, description, noValue, runbooks }: Panel): string {
  const alerts = runbooks.map((link) => {
    const name = link.title.replace("Runbook: ", "");
    return `[${name}](alerts.md#${name.toLowerCase()})`;
  });
  return `| ${title} | ${description} | ${noValue} | ${alerts.join(", ")} |`;
}
