import assert from "node:assert/strict";
import { loadWebConfig } from "../../src/config/web.ts";
import { memoryHost } from "../support/memory-host.ts";

const hash = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";
const files = { "/etc/tls/cert.pem": "CERT", "/etc/tls/key.pem": "KEY", "/ca.pem": "CA" };
const load = (text: string) =>
  loadWebConfig(memoryHost({ ...files, "/etc/web.yml": text }).files, "/etc/web.yml");
const tls = (...lines: readonly string[]) =>
  `tls_server_config:\n${["cert_file: tls/cert.pem", "key_file: tls/key.pem", ...lines]
    .map((line) => `  ${line}\n`)
    .join("")}`;

describe("a web config", () => {
  it("asks nothing of anybody when it is empty", () => {
    assert.deepEqual(load("{}\n"), { headers: {}, users: new Map(), holdsSecrets: false });
  });

  it("reads what it names beside itself, and serves TLS 1.2 and 1.3 unless told otherwise", () => {
    assert.deepEqual(load(tls()).tls, {
      namedIn: "/etc/web.yml",
      certificate: "CERT",
      key: "KEY",
      clientAuth: "NoClientCert",
      minVersion: "TLSv1.2",
      maxVersion: "TLSv1.3",
      preferServerCiphers: true,
    });
  });

  it("reads all that the exporter-toolkit knows of TLS, with Go's names turned into OpenSSL's", () => {
    const text = tls(
      "client_auth_type: RequireAndVerifyClientCert",
      "client_ca_file: /ca.pem",
      "client_allowed_sans: [prometheus.example, 10.0.0.1]",
      "min_version: TLS13",
      "max_version: TLS13",
      "cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256]",
      "prefer_server_cipher_suites: false",
      "curve_preferences: [X25519, CurveP256]",
    );
    const { namedIn, certificate, key, ...rest } = load(text).tls ?? assert.fail("TLS is on");
    assert.deepEqual([namedIn, certificate, key], ["/etc/web.yml", "CERT", "KEY"]);
    assert.deepEqual(rest, {
      clientAuth: "RequireAndVerifyClientCert",
      clientAuthorities: "CA",
      clientAllowedNames: ["prometheus.example", "10.0.0.1"],
      minVersion: "TLSv1.3",
      maxVersion: "TLSv1.3",
      // Node switches TLS 1.3 off when a list names none of its suites.
      ciphers: [
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_AES_128_GCM_SHA256",
        "ECDHE-RSA-AES128-GCM-SHA256",
      ],
      preferServerCiphers: false,
      curves: ["X25519", "P-256"],
    });
  });

  it("takes certificates and keys inline", () => {
    const pem = (what: string) =>
      `|\n    -----BEGIN ${what}-----\n    x\n    -----END ${what}-----\n`;
    const text = `tls_server_config:\n  cert: ${pem("CERTIFICATE")}  key: ${pem("PRIVATE KEY")}`;
    const config = load(text);
    assert.match(config.tls?.certificate ?? "", /^-----BEGIN CERTIFICATE-----\nx\n/);
    assert.match(config.tls?.key ?? "", /^-----BEGIN PRIVATE KEY-----\nx\n/);
    assert.ok(config.holdsSecrets);
  });

  it("reads users, headers and a rate limit; a blank header is none", () => {
    const text = `basic_auth_users: { ada: "${hash}" }
http_server_config: { headers: { X-Frame-Options: deny, X-XSS-Protection: "" } }
rate_limit: { interval: 1m30.5s, burst: 3 }
`;
    assert.deepEqual(load(text), {
      headers: { "X-Frame-Options": "deny" },
      users: new Map([["ada", hash]]),
      rateLimit: { intervalSeconds: 90.5, burst: 3 },
      holdsSecrets: true,
    });
    assert.equal(load("rate_limit: { interval: 0s, burst: 0 }\n").rateLimit, undefined);
  });

  for (const [what, text, sentence] of [
    [
      "a misspelt key",
      tls("client_auth_typ: NoClientCert"),
      /^\/etc\/web\.yml:4: 'tls_server_config\.client_auth_typ' is not a known key \(did you mean client_auth_type\?\)/,
    ],
    [
      "a certificate that is not named",
      "tls_server_config:\n  key_file: tls/key.pem\n",
      /^\/etc\/web\.yml:1: 'tls_server_config\.cert_file' is missing: expected the path of the server's certificate/,
    ],
    [
      "a key given twice",
      tls('cert: "-----BEGIN CERTIFICATE-----"'),
      /:4: 'tls_server_config\.cert' must be left out where cert_file is given/,
    ],
    [
      "verification without authorities",
      tls("client_auth_type: RequireAndVerifyClientCert"),
      /'tls_server_config\.client_ca_file' is missing: expected the path of the authorities that RequireAndVerifyClientCert verifies with/,
    ],
    [
      "authorities that nobody is checked against",
      tls("client_ca_file: /ca.pem"),
      /:4: 'tls_server_config\.client_ca_file' must be left out, or client_auth_type one that asks/,
    ],
    [
      "names of certificates that need not be shown",
      tls(
        "client_auth_type: VerifyClientCertIfGiven",
        "client_ca_file: /ca.pem",
        "client_allowed_sans: [a]",
      ),
      /:6: 'tls_server_config\.client_allowed_sans' must be left out, or client_auth_type RequireAny/,
    ],
    [
      "a version of TLS that is not served",
      tls("min_version: TLS10"),
      /:4: 'tls_server_config\.min_version' must be TLS12 or TLS13: older ones are not served, but "TLS10" was found/,
    ],
    [
      "versions the wrong way round",
      tls("min_version: TLS13", "max_version: TLS12"),
      /:4: 'tls_server_config\.min_version' must be no newer than max_version/,
    ],
    [
      "a cipher suite that Go calls insecure",
      tls("cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]"),
      /:4: 'tls_server_config\.cipher_suites\.0' must be a cipher suite of docs\/web-config\.md/,
    ],
    [
      "a header that may not be set",
      "http_server_config:\n  headers:\n    Server: x\n",
      /:3: 'http_server_config\.headers\.Server' is not a known key: expected Content-Security-Policy, X-Frame-Options, X-Content-Type-Options, X-XSS-Protection, Strict-Transport-Security/,
    ],
    [
      "a header's value that is none",
      "http_server_config:\n  headers:\n    X-Frame-Options: allow\n",
      /:3: .*X-Frame-Options' must be deny or sameorigin, but "allow" was found/,
    ],
    [
      "a header that would end its line",
      'http_server_config:\n  headers:\n    X-XSS-Protection: "1\\r\\nSet-Cookie: x"\n',
      /:3: .*X-XSS-Protection' must be one line of plain characters, but something else was found/,
    ],
    [
      "a rate limit that would answer nothing",
      "rate_limit:\n  interval: 1s\n",
      /'rate_limit\.burst' is missing: expected a number from 1/,
    ],
    [
      "a length of time that is none",
      "rate_limit:\n  interval: 1 second\n",
      /:2: 'rate_limit\.interval' must be a length of time such as 500ms, 1s or 1m30s/,
    ],
    [
      "a hash that would take minutes to check",
      `basic_auth_users:\n  ada: ${hash.replace("$10$", "$20$")}\n`,
      /:2: 'basic_auth_users\.ada' must be a bcrypt hash of cost 4 to 15/,
    ],
    ["broken YAML", "tls_server_config: [\n", /^\/etc\/web\.yml:\d: this is not valid YAML/],
  ] as const) {
    it(`names file, line and key for ${what}`, () => {
      assert.throws(() => load(text), { name: "UserError", message: sentence });
    });
  }

  it("repeats no password and no key in a sentence, wherever they were put", () => {
    for (const text of [
      "basic_auth_users:\n  ada: hunter2\n",
      "basic_auth_users: [hunter2]\n",
      "basic_auth_users: hunter2\n",
      "- hunter2\n",
      "hunter2\n",
      "rate_limit: hunter2\n",
      "tls_server_config:\n  key: hunter2\n",
      "tls_server_config:\n  cert_file: [hunter2]\n",
    ]) {
      assert.throws(
        () => load(text),
        (error: Error) =>
          /something else was found/.test(error.message) && !/hunter2/.test(error.message),
        text,
      );
    }
  });

  it("says which key named a file that is not there or may not be read", () => {
    const absent = tls().replace("key.pem", "none.pem");
    assert.throws(
      () => load(absent),
      /^UserError: \/etc\/tls\/none\.pem does not exist\. Check the path given with key_file in \/etc\/web\.yml\.$/,
    );
    const { files } = memoryHost({ "/w.yml": "forbidden" });
    assert.throws(() => loadWebConfig(files, "/w.yml"), /may not be read.*--web\.config\.file/);
  });

  it("reads relative paths where it was named without a folder", () => {
    const host = memoryHost({ "web.yml": tls(), "tls/cert.pem": "C", "tls/key.pem": "K" });
    assert.equal(loadWebConfig(host.files, "web.yml").tls?.certificate, "C");
  });
});
