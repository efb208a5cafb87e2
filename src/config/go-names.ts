/** Go's names for what OpenSSL names otherwise, as web config files write them. */

/** Suites of TLS 1.3 are always on: Go lets nobody choose among them either, but a list may name them. */
const alwaysOn = [
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "TLS_AES_128_GCM_SHA256",
] as const;

/** Those of TLS 1.2 that Go calls secure. */
const ciphers = {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: "ECDHE-ECDSA-AES128-GCM-SHA256",
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: "ECDHE-ECDSA-AES256-GCM-SHA384",
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: "ECDHE-ECDSA-CHACHA20-POLY1305",
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: "ECDHE-RSA-AES128-GCM-SHA256",
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: "ECDHE-RSA-AES256-GCM-SHA384",
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: "ECDHE-RSA-CHACHA20-POLY1305",
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: "ECDHE-ECDSA-AES128-SHA",
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: "ECDHE-ECDSA-AES256-SHA",
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: "ECDHE-RSA-AES128-SHA",
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: "ECDHE-RSA-AES256-SHA",
} as const;

const curves = {
  CurveP256: "P-256",
  CurveP384: "P-384",
  CurveP521: "P-521",
  X25519: "X25519",
} as const;

type CipherName = keyof typeof ciphers | (typeof alwaysOn)[number];
type CurveName = keyof typeof curves;

export const cipherNames = [...Object.keys(ciphers), ...alwaysOn] as readonly CipherName[];
export const curveNames = Object.keys(curves) as readonly CurveName[];

/** Go's suites → OpenSSL's, with those of TLS 1.3 first: Node would else switch TLS 1.3 off. */
export function opensslCiphers(names: readonly CipherName[]): readonly string[] {
  const chosen = names.flatMap((name) =>
    name in ciphers ? [ciphers[name as keyof typeof ciphers]] : [],
  );
  return [...alwaysOn, ...chosen];
}

export function opensslCurves(names: readonly CurveName[]): readonly string[] {
  return names.map((name) => curves[name]);
}
