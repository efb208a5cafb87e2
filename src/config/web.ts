import type { Files } from "../model/host.ts";
import type { TlsMaterial, WebConfig } from "../model/web-config.ts";
import { beside, checkDocument, readText } from "./document.ts";
import { opensslCiphers, opensslCurves } from "./go-names.ts";
import { inSeconds, webConfigSchema } from "./web-schema.ts";

/** Keys whose values no sentence repeats: a password may stand where its hash belongs. */
const secrets = ["key", "basic_auth_users"];

/** Loads a web config file, and the certificates and keys it names; relative paths start at the file's own folder. */
export function loadWebConfig(files: Files, path: string): WebConfig {
  const text = readText(files, path, "--web.config.file");
  const checked = checkDocument(path, text, webConfigSchema, secrets);
  const { tls_server_config, http_server_config, basic_auth_users, rate_limit } = checked;
  const headers = Object.entries(http_server_config.headers);
  const users = new Map(Object.entries(basic_auth_users));
  const intervalSeconds = inSeconds(rate_limit.interval);
  return {
    ...(tls_server_config && { tls: material(files, path, tls_server_config) }),
    headers: Object.fromEntries(headers.filter((entry): entry is [string, string] => !!entry[1])),
    users,
    ...(intervalSeconds > 0 && { rateLimit: { intervalSeconds, burst: rate_limit.burst } }),
    holdsSecrets: users.size > 0 || tls_server_config?.key !== undefined,
  };
}

type TlsServerConfig = NonNullable<(typeof webConfigSchema)["_output"]["tls_server_config"]>;

function material(files: Files, path: string, given: TlsServerConfig): TlsMaterial {
  const from = (key: "cert_file" | "key_file" | "client_ca_file"): string | undefined => {
    const named = given[key];
    if (named === undefined) return undefined;
    return readText(files, beside(path, named), `${key} in ${path}`);
  };
  const authorities = given.client_ca ?? from("client_ca_file");
  const auth = given.client_auth_type;
  return {
    namedIn: path,
    certificate: given.cert ?? from("cert_file") ?? "",
    key: given.key ?? from("key_file") ?? "",
    // An old name that the exporter-toolkit still takes.
    clientAuth: auth === "RequireClientCert" ? "RequireAnyClientCert" : auth,
    ...(authorities !== undefined && { clientAuthorities: authorities }),
    ...(given.client_allowed_sans && { clientAllowedNames: given.client_allowed_sans }),
    minVersion: given.min_version === "TLS12" ? "TLSv1.2" : "TLSv1.3",
    maxVersion: given.max_version === "TLS12" ? "TLSv1.2" : "TLSv1.3",
    ...(given.cipher_suites && { ciphers: opensslCiphers(given.cipher_suites) }),
    preferServerCiphers: given.prefer_server_cipher_suites,
    ...(given.curve_preferences && { curves: opensslCurves(given.curve_preferences) }),
  };
}
