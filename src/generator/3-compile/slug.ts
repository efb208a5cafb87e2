import { UserError } from "../../model/user-error.ts";

/** Workloads, each with its class of hosts if it has one, → file names: lower case, because two names that differ only in case are one file on macOS. */
export function slugs(names: readonly string[]): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const workload of names) {
    const slug = workload.toLowerCase().replaceAll(":", "-");
    const other = owners.get(slug);
    if (other !== undefined) throw new UserError("slug-collision", { workload, other, slug });
    owners.set(slug, workload);
  }
  return new Map([...owners].map(([slug, workload]) => [workload, slug]));
}
