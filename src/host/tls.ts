import { constants, createPrivateKey, X509Certificate } from "node:crypto";
import type { ServerOptions } from "node:http";
import { createServer, type Server } from "node:https";
import type { Socket } from "node:net";
import { createSecureContext, type SecureContextOptions, type TLSSocket } from "node:tls";
import { UserError } from "../model/user-error.ts";
import { asksForCertificates, type TlsMaterial } from "../model/web-config.ts";
import { refusalOf } from "./client-certificates.ts";

/**
 * A server that takes its certificate, key and authorities from `tls` at every new connection. Connections that are
 * open stay as they are.
 */
export function createTlsServer(
  settings: ServerOptions,
  tls: () => TlsMaterial,
  handshakeSeconds: number,
  onRefused: (detail: string) => void,
): Server {
  let current = tls();
  const server = createServer({
    ...settings,
    ...contextOptions(current),
    handshakeTimeout: handshakeSeconds * 1000,
    requestCert: asksForCertificates(current),
    // OpenSSL's verdict is one of several things that a client's certificate is judged by, below.
    rejectUnauthorized: false,
  });
  // Before node's own listeners, which begin the handshake and read the first request.
  server.prependListener("connection", () => {
    const next = tls();
    if (next === current) return;
    current = next;
    server.setSecureContext(contextOptions(next));
  });
  server.prependListener("secureConnection", (socket: TLSSocket) => {
    const refusal = refusalOf(socket, current);
    if (refusal === undefined) return;
    socket.destroy();
    onRefused(refusal);
  });
  server.on("tlsClientError", (error: Error, socket: Socket) => {
    socket.destroy();
    onRefused(reasonIn(error));
  });
  return server;
}

/** Throws a UserError that says what is wrong with a certificate, a key or authorities. */
export function checkTls(material: TlsMaterial): void {
  const facts = { path: material.namedIn };
  try {
    // OpenSSL skips what is no certificate in a list of authorities, and would then trust nobody.
    if (material.clientAuthorities !== undefined) new X509Certificate(material.clientAuthorities);
  } catch (error) {
    const detail = reasonIn(error as Error);
    throw new UserError("bad-authorities", { ...facts, detail }, { cause: error });
  }
  try {
    // Nor does it mind a file that is empty.
    new X509Certificate(material.certificate);
    createPrivateKey(material.key);
    createSecureContext(contextOptions(material));
  } catch (error) {
    const detail = reasonIn(error as Error);
    throw new UserError("bad-certificate", { ...facts, detail }, { cause: error });
  }
}

function contextOptions(material: TlsMaterial): SecureContextOptions {
  return {
    cert: material.certificate,
    key: material.key,
    ...(material.clientAuthorities !== undefined && { ca: material.clientAuthorities }),
    minVersion: material.minVersion,
    maxVersion: material.maxVersion,
    ...(material.ciphers && { ciphers: material.ciphers.join(":") }),
    ...(material.curves && { ecdhCurve: material.curves.join(":") }),
    honorCipherOrder: material.preferServerCiphers,
    // Every connection shakes hands in full: a resumed session shows no certificate, and one that began without a
    // client's certificate, or under authorities since replaced, would count as verified.
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  };
}

/** OpenSSL's reason where it gives one, such as `key values mismatch`. */
function reasonIn(error: Error & { readonly reason?: string }): string {
  return error.reason ?? error.message.trim().replace(/\.$/, "");
}
