import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./fixture-host.ts";
import { testAuthority, type Identity, type TestAuthority } from "./test-authority.ts";

/** The example web config with real certificates where it says that they are. */
export interface ExampleWebConfig {
  readonly file: string;
  readonly folder: string;
  /** Signed the server's certificate and the client's. */
  readonly authority: TestAuthority;
  readonly client: Identity;
  /** Puts another certificate of the same authority in the place of the server's. */
  rotate(name: string): void;
}

export function exampleWebConfig(): ExampleWebConfig {
  const authority = testAuthority("example");
  const { folder } = authority;
  const file = join(folder, "web-config.yml");
  mkdirSync(join(folder, "tls"));
  copyFileSync(join(repository, "deploy", "web-config.yml"), file);
  copyFileSync(authority.certificateFile, join(folder, "tls", "clients-ca.pem"));
  const rotate = (name: string) => {
    const server = authority.issue(name, "DNS:localhost,IP:127.0.0.1");
    copyFileSync(server.certificateFile, join(folder, "tls", "server.pem"));
    copyFileSync(server.keyFile, join(folder, "tls", "server.key"));
  };
  rotate("server");
  return {
    file,
    folder,
    authority,
    client: authority.issue("prometheus", "DNS:prometheus"),
    rotate,
  };
}

/** The first block of YAML in a page of docs/. */
export function yamlIn(page: string): string {
  const text = readFileSync(join(repository, "docs", page), "utf8");
  return /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
}
