/** Whether clients are asked for a certificate, and what one must be; the names are those of Go's crypto/tls. */
export type ClientAuth =
  | "NoClientCert"
  | "RequestClientCert"
  | "RequireAnyClientCert"
  | "VerifyClientCertIfGiven"
  | "RequireAndVerifyClientCert";

export type TlsVersion = "TLSv1.2" | "TLSv1.3";

/** What a server needs to speak TLS: the contents of files, never their paths. */
export interface TlsMaterial {
  /** The file that named all this, for sentences about it. */
  readonly namedIn: string;
  /** PEM: the certificate, and those between it and its authority. */
  readonly certificate: string;
  /** PEM, not encrypted. */
  readonly key: string;
  readonly clientAuth: ClientAuth;
  /** PEM: the authorities that may have signed a client's certificate. */
  readonly clientAuthorities?: string;
  /** One of these must be a subject alternative name of the client's certificate. */
  readonly clientAllowedNames?: readonly string[];
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** OpenSSL's names; absent means Node's own choice. */
  readonly ciphers?: readonly string[];
  readonly preferServerCiphers: boolean;
  /** OpenSSL's names, most preferred first; absent means Node's own choice. */
  readonly curves?: readonly string[];
}

/** A bucket of tokens: `burst` requests at once, and one more each interval. */
export interface RateLimit {
  readonly intervalSeconds: number;
  readonly burst: number;
}

/** What a web config file says about who may read over which kind of connection. */
export interface WebConfig {
  /** Absent: plain HTTP. */
  readonly tls?: TlsMaterial;
  /** Sent with every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names and bcrypt hashes; none means that nobody is asked for a password. */
  readonly users: ReadonlyMap<string, string>;
  readonly rateLimit?: RateLimit;
  /** Whether the file itself holds what nobody else may read: hashes of passwords, or a key. */
  readonly holdsSecrets: boolean;
}

/** Whether a client is asked for its certificate in the handshake: a server cannot change that while it listens. */
export function asksForCertificates(tls: TlsMaterial): boolean {
  return tls.clientAuth !== "NoClientCert";
}
