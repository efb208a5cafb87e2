/** Another user, by setpriv(1): no group of ours, and of root's rights the named ones alone. */
export interface OtherUser {
  readonly uid: number;
  readonly capabilities: readonly string[];
}

/** What stands before a command that is to run as that user. */
export function asUser(user: OtherUser | undefined): readonly string[] {
  if (user === undefined) return [];
  const id = String(user.uid);
  const rights = user.capabilities.map((name) => `+${name}`);
  return [
    "setpriv",
    ...["--reuid", id, "--regid", id, "--clear-groups", "--no-new-privs"],
    ...["--bounding-set", ["-all", ...rights].join(",")],
    ...["--inh-caps", ["-all", ...rights].join(",")],
    ...(rights.length > 0 ? ["--ambient-caps", rights.join(",")] : []),
  ];
}
