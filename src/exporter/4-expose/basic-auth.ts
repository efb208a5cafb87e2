/** What a client says of itself with an `Authorization: Basic` header. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Reads the header (RFC 7617); undefined when it is absent or nothing of the kind. */
export function credentialsIn(header: string | undefined): Credentials | undefined {
  const [, encoded] = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header ?? "") ?? [];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  if (colon === -1) return undefined;
  return { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}
