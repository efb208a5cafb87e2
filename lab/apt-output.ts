/**
 * Which package depends on which, from `apt-cache depends`: a package stands at the margin, its dependencies below
 * it as `  Depends: libc6` or ` |Depends: usrmerge`; `<perlapi>` is no package but a name that some provide.
 */
export function parseDepends(text: string): ReadonlyMap<string, readonly string[]> {
  const depends = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of text.split("\n")) {
    const dependency = /^ [ |](?:Pre)?Depends: ([a-z0-9][a-z0-9+.-]+)$/.exec(line)?.[1];
    if (dependency !== undefined) current.push(dependency);
    else if (/^[a-z0-9][a-z0-9+.-]+$/.test(line)) depends.set(line, (current = []));
  }
  return depends;
}

/** `'http://…/p/prometheus_2.42.0_amd64.deb' prometheus_1%3a2.42.0_amd64.deb 19257088 SHA256:…` */
export function parseUris(
  text: string,
): readonly { readonly name: string; readonly version: string; readonly bytes: number }[] {
  return [...text.matchAll(/^'[^']+' ([^_ ]+)_([^_ ]+)_[^_ ]+\.deb (\d+)/gm)].map((match) => ({
    name: match[1] ?? "",
    version: decodeURIComponent(match[2] ?? ""),
    bytes: Number(match[3]),
  }));
}

/**
 * Why apt-get failed, in its own words: the reason behind `E: Failed to fetch http://…  Could not connect`, else the
 * last thing it complained of.
 */
export function complaint(stderr: string): string | undefined {
  const lines = stderr.split("\n").flatMap((line) => /^[EW]: (.+)/.exec(line)?.[1] ?? []);
  const reason = lines.flatMap((line) => /^Failed to fetch \S+\s+(.+)/.exec(line)?.[1] ?? [])[0];
  return (reason ?? lines.at(-1))?.replace(/\s+/g, " ").trim();
}

/** The first archive of Debian itself, from `apt-get indextargets`, of lines with an address and a release; updates for security lie elsewhere. */
export function debianMirror(text: string): string | undefined {
  return text
    .split("\n")
    .map((line) => /^(\S+\/debian\/?) /.exec(line)?.[1])
    .find((address) => address !== undefined);
}
