import assert from "node:assert/strict";
import { loadWebConfig } from "../../src/config/web.ts";
import { followWebConfig } from "../../src/exporter/web-config.ts";
import { memoryHost, type MemoryHostOptions } from "../support/memory-host.ts";

const hash = (letter: string) => `$2y$10$${letter.repeat(53)}`;
const users = (name: string, letter = "a") => `basic_auth_users: { ${name}: "${hash(letter)}" }\n`;
const tls = "tls_server_config: { cert_file: cert.pem, key_file: key.pem }\n";

/** A web config that is followed, and what that logged. */
function following(text: string, options: MemoryHostOptions = {}) {
  const host = memoryHost({ "/web.yml": text, "/cert.pem": "C1", "/key.pem": "K1" }, options);
  const lines: string[] = [];
  let loads = 0;
  const web = followWebConfig(
    {
      path: "/web.yml",
      load(files) {
        loads += 1;
        return loadWebConfig(files, "/web.yml");
      },
    },
    host.files,
    {
      write: (level, message, facts) => lines.push(`${level} ${message} ${JSON.stringify(facts)}`),
    },
  );
  return { host, web, lines, loads: () => loads };
}

describe("a web config that is followed", () => {
  it("is parsed again only when its bytes change, and stays the same object until then", () => {
    const { host, web, lines, loads } = following(users("ada"));
    const first = web();
    assert.equal(web(), first);
    host.put("/web.yml", users("ada"));
    assert.equal(web(), first);
    assert.equal(loads(), 1);
    host.put("/web.yml", users("bob"));
    assert.deepEqual([...web().users.keys()], ["bob"]);
    assert.equal(loads(), 2);
    assert.deepEqual(lines, ['info web config reloaded {"file":"/web.yml"}']);
  });

  it("follows the certificate and the key that it names, too", () => {
    const { host, web } = following(tls);
    host.put("/cert.pem", "C2");
    host.put("/key.pem", "K2");
    assert.deepEqual([web().tls?.certificate, web().tls?.key], ["C2", "K2"]);
  });

  it("stays as it was when the file goes bad or goes away, and says so once for each change", () => {
    const { host, web, lines } = following(users("ada"));
    const names = () => [...web().users.keys()];
    host.put("/web.yml", "basic_auth_usres: {}\n");
    assert.deepEqual([names(), names(), names()], [["ada"], ["ada"], ["ada"]]);
    assert.equal(lines.length, 1);
    assert.match(
      lines[0] ?? "",
      /^error web config not reloaded, the old one stays .*\/web\.yml:1: /,
    );
    host.remove("/web.yml");
    assert.deepEqual([names(), names()], [["ada"], ["ada"]]);
    assert.equal(lines.length, 2);
    assert.match(lines[1] ?? "", /\/web\.yml does not exist/);
    host.put("/web.yml", users("bob"));
    assert.deepEqual(names(), ["bob"]);
    assert.equal(lines.length, 3);
  });

  it("waits for a key that comes after its certificate", () => {
    const { host, web, lines } = following(tls);
    host.put("/cert.pem", "C2");
    host.remove("/key.pem");
    assert.equal(web().tls?.certificate, "C1");
    host.put("/key.pem", "K2");
    assert.equal(web().tls?.certificate, "C2");
    assert.deepEqual(
      lines.map((line) => line.split(" ")[0]),
      ["error", "info"],
    );
  });

  it("says that TLS, and asking for certificates, change with a restart only", () => {
    const asking = tls.replace(" }", ", client_auth_type: RequireAnyClientCert }");
    for (const [before, after, sentence] of [
      ["{}\n", tls, /Switching TLS on needs a restart/],
      [tls, users("ada"), /Switching TLS off needs a restart/],
      [tls, asking, /client_auth_type from or to NoClientCert needs a restart/],
    ] as const) {
      const { host, web, lines } = following(before);
      const first = web();
      host.put("/web.yml", after);
      assert.equal(web(), first);
      assert.match(lines.join(), sentence);
    }
  });

  it("that is bad at first is an error", () => {
    assert.throws(() => following("users: {}\n"), { name: "UserError" });
  });

  it("that every user may read is warned of when it holds secrets, and only then", () => {
    const open = { readableByAll: ["/web.yml"] };
    assert.match(
      following(users("ada"), open).lines.join(),
      /^warn every user may read .*chmod o-r/,
    );
    assert.deepEqual(following(tls, open).lines, []);
    assert.deepEqual(following(users("ada")).lines, []);
  });

  it("lets a bug be a bug", () => {
    const { files } = memoryHost({});
    const load = () => {
      throw new TypeError("a bug");
    };
    const log = { write: () => undefined };
    assert.throws(() => followWebConfig({ path: "/web.yml", load }, files, log), TypeError);
  });
});
