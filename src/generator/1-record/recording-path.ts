/** Where a recording goes by itself: `recordings/chat/peak-20261125T043025Z.jsonl`. File names hold no colon. */
export function recordingPath(
  folder: string,
  workload: string,
  scenario: string,
  unixSeconds: number,
): string {
  const time = new Date(unixSeconds * 1000)
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(/[:-]/g, "");
  const name = (text: string) => text.toLowerCase().replaceAll(":", "-");
  return `${folder.replace(/\/+$/, "") || "/"}/${name(workload)}/${name(scenario)}-${time}.jsonl`;
}
