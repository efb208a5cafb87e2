import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { TLSSocket } from "node:tls";
import type { TlsMaterial } from "../model/web-config.ts";

/** Why the client at the other end may not go on, or undefined when it may. */
export function refusalOf(
  socket: TLSSocket,
  { clientAuth, clientAllowedNames }: TlsMaterial,
): string | undefined {
  if (clientAuth === "NoClientCert" || clientAuth === "RequestClientCert") return undefined;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) {
    return clientAuth === "VerifyClientCertIfGiven"
      ? undefined
      : "the client gave no certificate, and one is required";
  }
  if (clientAuth !== "RequireAnyClientCert" && !socket.authorized) {
    return `the client's certificate is not trusted (${String(socket.authorizationError)})`;
  }
  if (clientAllowedNames === undefined || bears(certificate, clientAllowedNames)) return undefined;
  return "the client's certificate bears none of client_allowed_sans";
}

/** Whether a certificate has one of these among its subject alternative names, letter for letter. */
function bears(certificate: X509Certificate, allowed: readonly string[]): boolean {
  const names = alternativeNames(certificate.subjectAltName ?? "");
  return allowed.some(
    (name) => names.includes(name) || (isIP(name) !== 0 && certificate.checkIP(name) !== undefined),
  );
}

/**
 * `DNS:a.example, URI:"spiffe://x, y"` → the names. Node puts in quotes, as in JSON, whatever could be mistaken for
 * more than one name; a list that reads otherwise has no names at all.
 */
export function alternativeNames(list: string): readonly string[] {
  const names: string[] = [];
  const entry = /([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^",]*)(?:, |$)/y;
  while (entry.lastIndex < list.length) {
    const found = entry.exec(list);
    if (found === null) return [];
    const [, kind = "", name = ""] = found;
    const plain = name.startsWith('"') ? (JSON.parse(name) as string) : name;
    if (["DNS", "email", "URI"].includes(kind)) names.push(plain);
  }
  return names;
}
