import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  connect,
  type CipherNameAndProtocol,
  type ConnectionOptions,
  type TLSSocket,
} from "node:tls";
import { listen } from "../../src/host/http.ts";
import { checkTls } from "../../src/host/tls.ts";
import { connectionLimits } from "../../src/model/connection-limits.ts";
import type { Listener } from "../../src/model/host.ts";
import type { TlsMaterial } from "../../src/model/web-config.ts";
import { rawConnection } from "../support/raw-connection.ts";
import { requireTool } from "../support/requires.ts";
import { testAuthority, type Identity, type TestAuthority } from "../support/test-authority.ts";

const text = (path: string) => readFileSync(path, "utf8");

/** What a client saw of a server. */
interface Seen {
  readonly certificate: string;
  /** The answer, or `refused`. */
  readonly answer: string;
  readonly cipher: string;
}

describe("a server with TLS", function () {
  this.timeout(60_000);
  let authority: TestAuthority;
  let stranger: TestAuthority;
  let first: Identity;
  let second: Identity;
  let client: Identity;
  let material: TlsMaterial;
  before(function () {
    requireTool(this, "openssl", "makes the certificates");
    authority = testAuthority();
    stranger = testAuthority("stranger");
    first = authority.issue("first", "DNS:localhost,IP:127.0.0.1");
    second = authority.issue("second", "DNS:localhost,IP:127.0.0.1");
    client = authority.issue("client", "DNS:prometheus,IP:fe80::1,URI:spiffe://a/b");
    material = {
      namedIn: "/web.yml",
      certificate: text(first.certificateFile),
      key: text(first.keyFile),
      clientAuth: "NoClientCert",
      minVersion: "TLSv1.2",
      maxVersion: "TLSv1.3",
      preferServerCiphers: true,
    };
  });

  /** Runs a test against a server whose material, and refusals, the test may look at. */
  async function serving(
    tls: () => TlsMaterial,
    test: (url: string, refusals: readonly string[]) => Promise<void>,
  ): Promise<void> {
    const refusals: string[] = [];
    const listener: Listener = await listen(
      { host: "127.0.0.1", port: 0 },
      (_request, response) => response.end("answer"),
      {
        limits: { ...connectionLimits, handshakeSeconds: 1 },
        tls,
        onRefused: (detail) => refusals.push(detail),
      },
    );
    assert.match(listener.url, /^https:/);
    try {
      await test(listener.url, refusals);
    } finally {
      await listener.close();
    }
  }

  const sessions = new WeakMap<TLSSocket, Promise<Buffer>>();
  /** Opens a connection and asks on it until it is refused or answered. */
  async function open(url: string, options: ConnectionOptions = {}): Promise<TLSSocket> {
    const { hostname, port } = new URL(url);
    const ca = text(authority.certificateFile);
    const socket = connect({ host: hostname, port: Number(port), ca, ...options });
    sessions.set(socket, new Promise((resolve) => socket.once("session", resolve)));
    await new Promise((resolve) => {
      for (const event of ["secureConnect", "error", "close"]) socket.once(event, resolve);
    });
    return socket;
  }
  async function ask(socket: TLSSocket): Promise<string> {
    let received = "";
    socket.setEncoding("utf8");
    return new Promise((resolve) => {
      socket.on("data", (chunk: string) => {
        received += chunk;
        if (received.endsWith("answer")) resolve("answer");
      });
      socket.on("error", () => undefined);
      socket.once("close", () => {
        resolve("refused");
      });
      if (socket.destroyed) resolve("refused");
      else socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    });
  }
  async function see(url: string, options: ConnectionOptions = {}): Promise<Seen> {
    const socket = await open(url, options);
    // A connection that never came to be has neither.
    const subject = String(socket.getPeerX509Certificate()?.subject);
    const cipher = (socket.getCipher() as CipherNameAndProtocol | undefined)?.name ?? "";
    const answer = await ask(socket);
    socket.destroy();
    return { certificate: subject, answer, cipher };
  }
  const identity = ({ certificateFile, keyFile }: Identity): ConnectionOptions => ({
    cert: text(certificateFile),
    key: text(keyFile),
  });
  const demanding = (given: Partial<TlsMaterial> = {}): TlsMaterial => ({
    ...material,
    clientAuth: "RequireAndVerifyClientCert",
    clientAuthorities: text(authority.certificateFile),
    ...given,
  });

  it("shows a new certificate to whoever connects next, and open connections live on", async () => {
    let current = material;
    await serving(
      () => current,
      async (url) => {
        const old = await open(url);
        assert.equal(await ask(old), "answer");
        assert.equal((await see(url)).certificate, "CN=first");
        current = {
          ...material,
          certificate: text(second.certificateFile),
          key: text(second.keyFile),
        };
        assert.equal((await see(url)).certificate, "CN=second");
        assert.equal(await ask(old), "answer");
        old.destroy();
      },
    );
  });

  it("that requires and verifies certificates refuses none, a stranger's, and one without the key", async () => {
    await serving(
      () => demanding(),
      async (url, refusals) => {
        assert.equal((await see(url, identity(client))).answer, "answer");
        assert.equal(refusals.length, 0);
        const foreign = stranger.issue("client", "DNS:prometheus");
        for (const options of [{}, identity(foreign)])
          assert.equal((await see(url, options)).answer, "refused");
        assert.match(refusals[0] ?? "", /gave no certificate, and one is required/);
        assert.match(refusals[1] ?? "", /is not trusted \(/);
      },
    );
  });

  it("takes no session up again: whoever was let in before must show the certificate again", async () => {
    for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
      // The same object each time: another context would have forgotten the session by itself.
      const same = demanding();
      await serving(
        () => same,
        async (url) => {
          const welcome = await open(url, { ...identity(client), maxVersion });
          assert.equal(await ask(welcome), "answer");
          const session = await sessions.get(welcome);
          welcome.destroy();
          assert.ok(session !== undefined);
          assert.equal((await see(url, { session, maxVersion })).answer, "refused", maxVersion);
        },
      );
    }
  });

  it("judges certificates as client_auth_type says", async () => {
    const foreign = stranger.issue("client", "DNS:prometheus");
    for (const [clientAuth, none, strange] of [
      ["NoClientCert", "answer", "answer"],
      ["RequestClientCert", "answer", "answer"],
      ["RequireAnyClientCert", "refused", "answer"],
      ["VerifyClientCertIfGiven", "answer", "refused"],
      ["RequireAndVerifyClientCert", "refused", "refused"],
    ] as const) {
      await serving(
        () => demanding({ clientAuth }),
        async (url) => {
          const answers = [await see(url), await see(url, identity(foreign))];
          assert.deepEqual(
            answers.map(({ answer }) => answer),
            [none, strange],
            clientAuth,
          );
          assert.equal((await see(url, identity(client))).answer, "answer", clientAuth);
        },
      );
    }
  });

  it("lets in whose certificate bears an allowed name, and nobody else's", async () => {
    for (const [name, answer] of [
      ["prometheus", "answer"],
      ["fe80:0:0::1", "answer"],
      ["spiffe://a/b", "answer"],
      ["prometheu", "refused"],
      ["fe80::2", "refused"],
      ["client", "refused"],
    ] as const) {
      await serving(
        () => demanding({ clientAllowedNames: ["other", name] }),
        async (url) => {
          assert.equal((await see(url, identity(client))).answer, answer, name);
        },
      );
    }
  });

  it("asks for certificates by other authorities as soon as they change", async () => {
    let current = demanding();
    await serving(
      () => current,
      async (url) => {
        assert.equal((await see(url, identity(client))).answer, "answer");
        current = demanding({ clientAuthorities: text(stranger.certificateFile) });
        assert.equal((await see(url, identity(client))).answer, "refused");
      },
    );
  });

  it("speaks the versions, suites and curves it was given", async () => {
    const ciphers = ["TLS_AES_128_GCM_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"];
    await serving(
      () => ({ ...material, ciphers, curves: ["P-384"] }),
      async (url) => {
        const old = await see(url, { maxVersion: "TLSv1.2" });
        assert.equal(old.cipher, "ECDHE-ECDSA-CHACHA20-POLY1305");
        assert.equal((await see(url)).cipher, "TLS_AES_128_GCM_SHA256");
        assert.equal((await see(url, { ecdhCurve: "P-256" })).answer, "refused");
      },
    );
    await serving(
      () => ({ ...material, minVersion: "TLSv1.3" }),
      async (url) => {
        assert.equal((await see(url, { maxVersion: "TLSv1.2" })).answer, "refused");
      },
    );
  });

  it("ends a connection on which nobody shakes hands, and says why one failed", async () => {
    await serving(
      () => material,
      async (url, refusals) => {
        assert.ok(await (await rawConnection(url)).untilClosed());
        assert.match(refusals[0] ?? "", /timeout/);
        await assert.rejects(fetch(url.replace("https", "http")));
        assert.equal(refusals[1], "http request");
      },
    );
  });

  it("is told what is wrong with what it was given", () => {
    checkTls(demanding());
    const broken = (given: Partial<TlsMaterial>, message: RegExp) => {
      assert.throws(
        () => {
          checkTls(demanding(given));
        },
        { name: "UserError", message },
      );
    };
    const pair = /^The certificate and key that \/web\.yml names cannot be used: /;
    broken({ key: text(second.keyFile) }, new RegExp(`${pair.source}key values mismatch\\.`));
    for (const nothing of ["", "no PEM"]) {
      broken({ key: nothing }, pair);
      broken({ certificate: nothing }, pair);
    }
    for (const clientAuthorities of ["", "not PEM"]) {
      broken(
        { clientAuthorities },
        /^The authorities for client certificates that \/web\.yml names/,
      );
    }
  });
});
