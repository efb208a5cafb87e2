import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../lab/children.ts";
import { runProgram } from "./real-commands.ts";

/** A certificate and its key: their files, and what is in them. */
export interface Identity {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** An authority that signs certificates for one test run, made by openssl. */
export interface TestAuthority {
  readonly folder: string;
  readonly certificateFile: string;
  /** `names` as openssl writes them, such as `DNS:localhost,IP:127.0.0.1`. */
  issue(name: string, names: string): Identity;
}

export function testAuthority(name = "authority"): TestAuthority {
  const folder = temporaryFolder(name);
  const file = (suffix: string) => join(folder, suffix);
  const [key, certificateFile] = [file("ca.key"), file("ca.pem")];
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const subject = `/CN=${name}`;
  openssl("req", "-x509", ...newKey, "-keyout", key, "-out", certificateFile, "-subj", subject);
  return {
    folder,
    certificateFile,
    issue(holder, names) {
      const identity = { certificateFile: file(`${holder}.pem`), keyFile: file(`${holder}.key`) };
      const [request, extensions] = [file(`${holder}.csr`), file(`${holder}.ext`)];
      writeFileSync(extensions, `subjectAltName=${names}\n`);
      const asked = ["-keyout", identity.keyFile, "-out", request, "-subj", `/CN=${holder}`];
      openssl("req", ...newKey, ...asked);
      const authority = ["-CA", certificateFile, "-CAkey", key, "-CAcreateserial"];
      const signed = ["-in", request, "-out", identity.certificateFile, "-extfile", extensions];
      openssl("x509", "-req", ...authority, ...signed);
      return identity;
    },
  };
}

function openssl(...args: readonly string[]): void {
  const { status, output } = runProgram("openssl", args);
  if (status !== 0) throw new Error(`openssl ${args.join(" ")}: ${output}`);
}
