import { dashboardTag } from "../../catalog/dashboards.ts";
import type { Link } from "../../model/dashboard.ts";

/** The other dashboards, with what is chosen here. */
export const siblings = {
  type: "dashboards",
  title: "MLX headroom",
  tags: [dashboardTag],
  asDropdown: true,
  includeVars: true,
  keepTime: true,
  targetBlank: false,
  icon: "external link",
  tooltip: "",
  url: "",
};

/** Out of Grafana, at the head of a dashboard or of a panel: it opens beside it. */
export function pageLink({ title, url }: Link): unknown {
  return {
    type: "link",
    title,
    url,
    tags: [],
    asDropdown: false,
    includeVars: false,
    keepTime: false,
    targetBlank: true,
    icon: "doc",
    tooltip: "",
  };
}

/** From a line or a cell to another dashboard: it takes the place of this one. */
export function dataLink({ title, url }: Link): unknown {
  return { title, url, targetBlank: false };
}
