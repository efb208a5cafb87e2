/** Steps of a runbook, one after the other as they are to be tried. */
export function steps(...items: readonly string[]): string {
  return items.map((item, index) => `${index + 1}. ${item}`).join("\n");
}

/** Cases of a runbook, of which one applies. */
export function cases(...items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}
