import { z } from "zod";
import { map, phrase } from "../model/document.ts";
import { cipherNames, curveNames } from "./go-names.ts";

/** Text that must not be empty. */
const text = (what: string) => z.string(phrase(what)).min(1, phrase(what));
const file = text("the path of a PEM file");
const pem = (what: string) => z.string(phrase(what)).includes("-----BEGIN ", phrase(what));
const version = z.enum(["TLS12", "TLS13"], phrase("TLS12 or TLS13: older ones are not served"));
const truth = z.boolean(phrase("true or false"));

/** Keeps one of two spellings of the same thing: inline, or in a file. */
function eitherOr(
  context: z.core.$RefinementCtx,
  given: Readonly<Record<string, unknown>>,
  [inline, inFile]: readonly [string, string],
): void {
  if (given[inline] === undefined || given[inFile] === undefined) return;
  context.addIssue({
    code: "custom",
    path: [inline],
    message: `left out where ${inFile} is given`,
  });
}

const tls = map({
  cert: pem("a certificate in PEM").optional(),
  key: pem("a key in PEM").optional(),
  cert_file: file.optional(),
  key_file: file.optional(),
  client_ca: pem("certificates of authorities in PEM").optional(),
  client_ca_file: file.optional(),
  client_auth_type: z
    .enum(
      [
        "NoClientCert",
        "RequestClientCert",
        "RequireClientCert",
        "RequireAnyClientCert",
        "VerifyClientCertIfGiven",
        "RequireAndVerifyClientCert",
      ],
      phrase(
        "NoClientCert, RequestClientCert, RequireAnyClientCert, VerifyClientCertIfGiven or RequireAndVerifyClientCert",
      ),
    )
    .default("NoClientCert"),
  client_allowed_sans: z
    .array(text("a DNS name, address, e-mail address or URI"), phrase("a list of names"))
    .min(1, phrase("a list of at least one name"))
    .optional(),
  min_version: version.default("TLS12"),
  max_version: version.default("TLS13"),
  cipher_suites: z
    .array(z.enum(cipherNames, phrase("a cipher suite of docs/web-config.md")), phrase("a list"))
    .min(1, phrase("a list of at least one cipher suite"))
    .optional(),
  prefer_server_cipher_suites: truth.default(true),
  curve_preferences: z
    .array(z.enum(curveNames, phrase(curveNames.join(", "))), phrase("a list of curves"))
    .min(1, phrase("a list of at least one curve"))
    .optional(),
}).superRefine((given, context) => {
  const refuse = (key: string, message: string) => {
    context.addIssue({ code: "custom", path: [key], message });
  };
  for (const pair of [
    ["cert", "cert_file"],
    ["key", "key_file"],
    ["client_ca", "client_ca_file"],
  ] as const)
    eitherOr(context, given, pair);
  if (given.cert === undefined && given.cert_file === undefined)
    refuse("cert_file", "the path of the server's certificate");
  if (given.key === undefined && given.key_file === undefined)
    refuse("key_file", "the path of the certificate's key");
  const authorities = (["client_ca", "client_ca_file"] as const).find((key) => given[key]);
  const auth = given.client_auth_type;
  if (auth.includes("Verify") && authorities === undefined)
    refuse("client_ca_file", `the path of the authorities that ${auth} verifies with`);
  if (auth === "NoClientCert" && authorities !== undefined)
    refuse(authorities, "left out, or client_auth_type one that asks for certificates");
  if (!auth.startsWith("Require") && given.client_allowed_sans !== undefined)
    refuse(
      "client_allowed_sans",
      "left out, or client_auth_type RequireAnyClientCert or RequireAndVerifyClientCert",
    );
  if (given.min_version > given.max_version) refuse("min_version", "no newer than max_version");
});

/** Blank stands for unset, as in the exporter-toolkit; a line break would end the header. */
const header = z
  .string(phrase("text"))
  .regex(/^[\t\x20-\x7e]*$/, phrase("one line of plain characters"))
  .optional();
const oneOf = (...values: readonly string[]) =>
  z.enum(["", ...values], phrase(values.join(" or "))).optional();

const http = map({
  http2: truth.default(true),
  headers: map({
    "Content-Security-Policy": header,
    "X-Frame-Options": oneOf("deny", "sameorigin"),
    "X-Content-Type-Options": oneOf("nosniff"),
    "X-XSS-Protection": header,
    "Strict-Transport-Security": header,
  }).default({}),
});

/** A hash of cost 15 takes this program seconds to check, and one more each step doubles that. */
const bcryptHash = z
  .string(phrase("a bcrypt hash in quotes"))
  .regex(
    /^\$2[aby]\$(0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$/,
    phrase("a bcrypt hash of cost 4 to 15, as 'htpasswd -nBC 10' makes it"),
  );

const users = z.record(
  z.string().regex(/^[^:\p{Cc}]+$/u, phrase("a name without colons and control characters")),
  bcryptHash,
  phrase("a map of names and bcrypt hashes"),
);

/** Go's way of writing a length of time, such as 500ms or 1m30s; the number 0 needs no unit. */
const lengthOfTime = phrase("a length of time such as 500ms, 1s or 1m30s");
const duration = z.union(
  [z.literal(0), z.string().regex(/^(0|((\d+(\.\d+)?)(ms|s|m|h))+)$/, lengthOfTime)],
  lengthOfTime,
);

const rateLimit = map({
  interval: duration.default(0),
  burst: z.int(phrase("a whole number")).min(0, phrase("a whole number from 0")).default(0),
}).superRefine(({ interval, burst }, context) => {
  if (inSeconds(interval) === 0 || burst > 0) return;
  const message = "a number from 1: nothing would be answered";
  context.addIssue({ code: "custom", path: ["burst"], message });
});

/** What a web config file may hold: the format of Prometheus' exporter-toolkit. */
export const webConfigSchema = map({
  tls_server_config: tls.optional(),
  http_server_config: http.default({ http2: true, headers: {} }),
  basic_auth_users: users.default({}),
  rate_limit: rateLimit.default({ interval: 0, burst: 0 }),
});

/** `1m30s` → 90. */
export function inSeconds(duration: string | 0): number {
  const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };
  const parts = [...String(duration).matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  return parts.reduce((sum, [, number, unit = ""]) => sum + Number(number) * (units[unit] ?? 0), 0);
}
