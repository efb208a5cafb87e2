import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { findPython } from "../../lab/python.ts";
import { repository, testPath } from "../support/fixture-host.ts";
import { blocks } from "../support/markdown.ts";
import { requireComponent } from "../support/requires.ts";

const examples = join(repository, "examples", "graceful-client");

interface Did {
  readonly waits: readonly number[];
  readonly model?: string;
  readonly answer?: unknown;
  readonly gaveUp?: string;
  readonly cause?: string;
  readonly refused?: number;
  readonly broke?: string;
}

describe("the client recipe of docs/graceful-degradation.md", function () {
  this.timeout(60_000);
  let python: string;
  const servers: Server[] = [];

  before(async function () {
    const found = await findPython();
    if (found.kind === "found") python = found.python.command;
    else requireComponent(this, "There is no Python 3.10 or newer.");
  });
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  /** A server on loopback that counts what it is asked. */
  async function serve(answer: RequestListener): Promise<{ url: string; asked: () => number }> {
    let asked = 0;
    const server = createServer((request, response) => {
      asked += 1;
      request.resume();
      answer(request, response);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}/v1/chat/completions`, asked: () => asked };
  }

  async function driven(script: string, told: object): Promise<unknown> {
    const child = spawn(python, [testPath(`examples/${script}`)], {
      // A proxy of this machine's environment has no business here.
      env: { PATH: process.env["PATH"], no_proxy: "*" },
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin.end(JSON.stringify({ examples, ...told }));
    const code = await new Promise((resolve) => child.once("close", resolve));
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  }

  async function ask(
    urls: readonly string[],
    options: object = {},
    clients = 1,
  ): Promise<readonly Did[]> {
    const told = {
      servers: urls.map((url, index) => ({ url, model: ["large", "small"][index] })),
      options,
      clients,
    };
    return (await driven("drive_client.py", told)) as readonly Did[];
  }

  async function askOne(urls: readonly string[], options: object = {}): Promise<Did> {
    const [did] = await ask(urls, options);
    assert.ok(did);
    return did;
  }

  const busy =
    (headers: Readonly<Record<string, string>> = {}, code = 503): RequestListener =>
    (_, response) => {
      response.writeHead(code, headers).end("busy");
    };
  const fine: RequestListener = (_, response) => {
    response.end('{"choices":[]}');
  };

  it("takes the first answer and waits for nothing", async () => {
    const { url, asked } = await serve(fine);
    assert.deepEqual(await askOne([url]), { waits: [], answer: { choices: [] }, model: "large" });
    assert.equal(asked(), 1);
  });

  it("backs off with waits that are drawn from twice as much each time, up to a cap", async () => {
    const { url } = await serve(busy());
    const all = await ask([url], { attempts: 5, base: 1, cap: 4, budget: 1000 }, 40);
    const bounds = [1, 2, 4, 4];
    for (const [index, bound] of bounds.entries()) {
      const drawn = all.map(({ waits }) => waits[index] ?? NaN);
      assert.ok(
        drawn.every((wait) => wait >= 0 && wait <= bound),
        `${index}: ${drawn.join(" ")}`,
      );
      // Full jitter: over the whole of it, not near its end.
      assert.ok(Math.min(...drawn) < bound * 0.2 && Math.max(...drawn) > bound * 0.8);
    }
    assert.ok(
      all.every(({ waits, gaveUp }) => waits.length === 4 && gaveUp === "no server answered"),
    );
  });

  it("waits at least as long as Retry-After says, in seconds or as a date", async () => {
    const seconds = await serve(busy({ "Retry-After": "7" }));
    const { waits } = await askOne([seconds.url], { attempts: 3, base: 0.1 });
    assert.equal(waits.length, 2);
    assert.ok(
      waits.every((wait) => wait >= 7 && wait <= 7 + 3.5),
      waits.join(" "),
    );

    const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
    const date = await serve(busy({ "Retry-After": inAnHour }, 429));
    const [wait = 0] = (await askOne([date.url], { attempts: 2, budget: 1e6 })).waits;
    assert.ok(wait > 3000 && wait < 3600 + 21, String(wait));
  });

  it("takes a Retry-After that is nonsense for none", async () => {
    for (const nonsense of ["soon", "-5", "inf"]) {
      const { url } = await serve(busy({ "Retry-After": nonsense }));
      const { waits } = await askOne([url], { attempts: 2, base: 1 });
      assert.ok(waits.length === 1 && Number(waits[0]) <= 1, nonsense);
    }
  });

  it("does not meet a server with all its clients at once when it said the same to each", async () => {
    const { url } = await serve(busy({ "Retry-After": "10" }));
    const returns = (await ask([url], { attempts: 2, base: 0.5 }, 100)).map(
      ({ waits }) => waits[0] ?? NaN,
    );
    const perSecond = new Map<number, number>();
    for (const at of returns)
      perSecond.set(Math.floor(at), (perSecond.get(Math.floor(at)) ?? 0) + 1);
    assert.ok(Math.min(...returns) >= 10);
    assert.ok(Math.max(...perSecond.values()) < 40, JSON.stringify([...perSecond]));
  });

  it("asks once only where the same would come again: 4xx and 500", async () => {
    for (const code of [400, 401, 404, 413, 500]) {
      const wrong = await serve(busy({}, code));
      const other = await serve(fine);
      assert.deepEqual(await askOne([wrong.url, other.url]), { waits: [], refused: code });
      assert.deepEqual([wrong.asked(), other.asked()], [1, 0]);
    }
  });

  it("asks again after a broken connection, a cut-off answer and a hung server", async () => {
    const broken: readonly RequestListener[] = [
      (request) => request.socket.destroy(),
      (request, response) => {
        response.write('{"choices":');
        setImmediate(() => request.socket.end());
      },
      () => undefined,
    ];
    for (const listener of broken) {
      let first = true;
      const { url, asked } = await serve((request, response) => {
        if (first) listener(request, response);
        else fine(request, response);
        first = false;
      });
      assert.equal((await askOne([url], { timeout: 1 })).model, "large");
      // More than twice only where this machine is slower than the timeout.
      assert.ok(asked() >= 2);
    }
  });

  it("repeats of what must not be done twice only what was not begun", async () => {
    const cut = await serve((request) => request.socket.destroy());
    const did = await askOne([cut.url], { repeatable: false });
    assert.ok(did.broke !== undefined, JSON.stringify(did));
    assert.equal(cut.asked(), 1);
    const gateway = await serve(busy({}, 504));
    assert.deepEqual(await askOne([gateway.url], { repeatable: false }), {
      waits: [],
      refused: 504,
    });
    const full = await serve(busy());
    assert.equal((await askOne([full.url], { repeatable: false, attempts: 2 })).waits.length, 1);
  });

  it("falls back to the next model when the first has no room, or is away for longer than the budget", async () => {
    const full = await serve(busy());
    const small = await serve(fine);
    const did = await askOne([full.url, small.url], { attempts: 3 });
    assert.deepEqual([did.model, did.waits.length, full.asked()], ["small", 2, 3]);

    const away = await serve(busy({ "Retry-After": "600" }));
    assert.deepEqual(await askOne([away.url, small.url], { budget: 60 }), {
      waits: [],
      answer: { choices: [] },
      model: "small",
    });
    const gone = await serve(fine);
    servers.pop()?.close();
    assert.equal((await askOne([gone.url, small.url], { attempts: 2 })).model, "small");
  });

  it("gives up within its budget, and says what went wrong last", async () => {
    const { url } = await serve(busy({ "Retry-After": "5" }));
    const all = await ask([url, url], { budget: 21, attempts: 50 }, 20);
    for (const { waits, gaveUp, cause } of all) {
      assert.ok(waits.reduce((sum, wait) => sum + wait, 0) < 21);
      assert.ok(waits.length >= 2);
      assert.deepEqual([gaveUp, cause], ["no server answered", "HTTPError"]);
    }
  });

  const ratio = (left: number, resource = "memory", workload = "chat"): string =>
    `mlx_workload_headroom_ratio{workload="${workload}",resource="${resource}"} ${left}\n`;

  async function refusals(texts: readonly (string | null)[], options = {}): Promise<unknown> {
    return driven("drive_admission.py", {
      workload: "chat",
      texts,
      options: { every: 1, ...options },
    });
  }

  it("refuses below a tenth of the limit, until enough is left again", async () => {
    const texts = [0.5, 0.1, 0.09, 0.12, 0.15, 0.12].map((left) => ratio(left));
    assert.deepEqual(await refusals(texts), [null, null, 10, 10, null, null]);
  });

  it("looks at the resources it was told of its own workload, by itself at memory", async () => {
    const texts = [
      ratio(0.01, "cpu") + ratio(0.01, "memory", "other") + ratio(0.01, "gpu_memory") + ratio(0.5),
      ratio(0.01) + ratio(0.5, "gpu_memory"),
    ];
    assert.deepEqual(await refusals(texts), [null, 10]);
    assert.deepEqual(await refusals(texts, { resources: ["gpu_memory"] }), [10, null]);
    assert.deepEqual(await refusals(texts, { resources: ["gpu_memory", "memory"] }), [10, 10]);
  });

  it("refuses nothing where nobody knows, and looks no oftener than it was told", async () => {
    assert.deepEqual(await refusals([ratio(0.01), null, "", ratio(-0.1)]), [10, null, null, 10]);
    assert.deepEqual(await refusals([ratio(0.5), ratio(0.01), ratio(0.01)], { every: 2 }), [
      null,
      null,
      10,
    ]);
  });

  it("stands on the page as it stands in examples/", () => {
    const shown = blocks("docs/graceful-degradation.md").filter(
      ({ language }) => language === "python",
    );
    for (const name of ["graceful_client.py", "admission.py"]) {
      const text = readFileSync(join(examples, name), "utf8").trimEnd();
      assert.ok(
        shown.some((block) => block.text === text),
        `${name} is not what the page shows`,
      );
    }
  });
});
