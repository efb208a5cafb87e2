/** The last component of a path, without the parts that packaging adds around a program's name. */
export function programName(path: string): string {
  const base = path.slice(path.lastIndexOf("/") + 1);
  // Nix moves a program to `.NAME-wrapped` and puts a wrapper in its place; a login shell is `-bash`.
  return /^\.(.+)-wrapped$/.exec(base)?.[1] ?? base.replace(/^-/, "");
}

/** Whether a name is the one in a table; a `*` at the end of the table's stands for any rest. */
export function isNamed(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
