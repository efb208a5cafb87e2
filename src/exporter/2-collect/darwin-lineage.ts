/** Pids of a process and of those that it descends from, itself first and the first process of the system left out. */
export function lineageOf(pid: number, parents: ReadonlyMap<number, number>): readonly number[] {
  const lineage: number[] = [];
  // What ps lists need not be of one moment: a reused pid could close a circle.
  for (let at = pid; at > 1 && !lineage.includes(at); at = parents.get(at) ?? 0) lineage.push(at);
  return lineage;
}
