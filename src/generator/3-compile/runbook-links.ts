import { documentation } from "../../catalog/documentation.ts";

/**
 * The prose of an alert with links that lead somewhere from a page of its own: to the runbooks beside it, and to the
 * project's documentation for what has no page there, such as an alert that the policy has switched off.
 */
export function linked(text: string, runbooks: readonly string[]): string {
  return text.replaceAll(/\]\((#?)([^)\s]+)\)/g, (whole, isAnchor: string, target: string) => {
    if (/^https?:/.test(target)) return whole;
    if (isAnchor === "") return `](${documentation}/${target})`;
    const name = runbooks.find((each) => each.toLowerCase() === target);
    return name === undefined ? `](${documentation}/alerts.md#${target})` : `](${name}.md)`;
  });
}
