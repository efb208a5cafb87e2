import assert from "node:assert/strict";
import fc from "fast-check";
import { criteriaOf } from "../../../src/exporter/1-discover/criteria.ts";
import { classify } from "../../../src/exporter/1-discover/classify.ts";
import { ancestors, membershipOf } from "../../../src/exporter/1-discover/families.ts";
import { flagValue, shownValue } from "../../../src/exporter/1-discover/flag-values.ts";
import {
  parseBootTime,
  parseEnvironmentNames,
  parseMpsVariable,
  parseVariables,
  parseUid,
  parseUserName,
} from "../../../src/exporter/1-discover/linux-identity.ts";
import { parseCommandLine } from "../../../src/exporter/1-discover/linux-processes.ts";

describe("parsing a command line", () => {
  it("gives back what was passed to exec, empty elements at the end aside", () => {
    const element = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0"));
    fc.assert(
      fc.property(fc.array(element), fc.nat(5), (argv, padding) => {
        const bytes = Buffer.from(argv.map((text) => `${text}\0`).join("") + "\0".repeat(padding));
        const end = argv.findLastIndex((text) => text !== "") + 1;
        assert.deepEqual(parseCommandLine(bytes), argv.slice(0, end));
      }),
    );
  });

  it("replaces what is not UTF-8, and takes a line cut in the middle", () => {
    assert.deepEqual(parseCommandLine(Buffer.from("a\0b\xff\0c", "latin1")), ["a", "b\uFFFD", "c"]);
  });
});

describe("parsing identity", () => {
  it("takes the limit of an MPS client and nothing else of an environment, cut to what one may need", () => {
    const mps = "CUDA_MPS_PINNED_DEVICE_MEM_LIMIT";
    assert.equal(parseMpsVariable(Buffer.from(`A=b\0${mps}=0=1G\0${mps}=0=2G\0`)), "0=1G");
    assert.equal(parseMpsVariable(Buffer.from(`X${mps}=0=1G\0HF_TOKEN=${mps}=1\0`)), undefined);
    const long = `0=1G,${"x".repeat(5000)}`;
    assert.equal(parseMpsVariable(Buffer.from(`${mps}=${long}`)), long.slice(0, 256));
  });

  it("takes the effective uid", () => {
    assert.equal(parseUid("Name:\tx\nUid:\t1\t22\t333\t4444\nGid:\t5\n"), "22");
    assert.equal(parseUid("Name:\tUid: 1 2\n"), undefined);
  });

  it("takes the name of the first entry with a uid", () => {
    const passwords =
      "root:x:0:0::/:/bin/sh\n\nbroken\ntwin:x:0:0::/:/bin/sh\nmlx:x:10:10::/:/bin/sh";
    assert.equal(parseUserName(passwords, "0"), "root");
    assert.equal(parseUserName(passwords, "10"), "mlx");
    assert.equal(parseUserName(passwords, "1"), undefined);
  });

  it("takes the names it asks for from an environment, and nothing else", () => {
    const environ =
      "A=MLX_RANK=1\0MLX_RANK=0\0MLX_RANKS=1\0VLLM_METAL_X=\0VLLM_METAL_Y\0API_KEY=sk\0";
    assert.deepEqual(
      [...parseEnvironmentNames(Buffer.from(environ))],
      ["MLX_RANK", "VLLM_METAL_X"],
    );
  });

  it("gives out the values of variables that a rule may name and asks for, and no other", () => {
    const environ =
      "X=MLX_HEADROOM_A=0\0MLX_HEADROOM_A=é=1\0MLX_HEADROOM_A=2\0MLX_HEADROOM_B=3\0MLX_RANK=\0API_KEY=sk\0MLX_HEADROOM_C";
    const names = ["MLX_HEADROOM_A", "MLX_RANK", "API_KEY", "MLX_HEADROOM_C", "MLX_HEADROOM_"];
    assert.deepEqual(
      [...parseVariables(Buffer.from(environ), names)],
      [
        ["MLX_HEADROOM_A", "é=1"],
        ["MLX_RANK", ""],
      ],
    );
  });

  it("finds the boot time", () => {
    assert.equal(parseBootTime("cpu 1 2\nbtime 1700000000\nprocesses 3\n"), 1_700_000_000);
    assert.equal(parseBootTime("cpu 1 2\n"), undefined);
  });
});

describe("every parser", () => {
  it("takes any bytes without throwing", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({
        unit: fc.constantFrom(
          "U",
          "id:",
          "\t",
          "0",
          ":",
          "/",
          ".service",
          "\n",
          "(",
          ")",
          " ",
          "\0",
        ),
      }),
    );
    fc.assert(
      fc.property(bytes, (raw) => {
        const buffer = Buffer.from(raw as Uint8Array);
        const text = buffer.toString("latin1");
        parseUid(text);
        parseUserName(text, "0");
        parseBootTime(text);
        parseEnvironmentNames(buffer);
        parseVariables(buffer, ["MLX_RANK"]);
        classify({ argv: parseCommandLine(buffer) }, around);
      }),
    );
  });

  it("takes any words as a command line without throwing", () => {
    const word = fc.oneof(
      fc.constantFrom(
        "python",
        "-m",
        "-c",
        "-",
        "--",
        "-X",
        "node",
        "mlx_lm",
        "server",
        "vllm",
        "serve",
        "exo",
        "--model",
        "--port=",
        "-Bum",
        "",
      ),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (argv) => {
        const verdict = classify({ argv }, around);
        if (verdict.kind !== "mlx") return;
        const { workload, port, model } = verdict.identity;
        assert.match(workload, /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,62}$/);
        assert.ok(port === undefined || (port >= 1 && port <= 65535));
        assert.ok(model === undefined || Array.from(model).length <= 128);
      }),
    );
  });
});

describe("a value that is shown", () => {
  it("is at most 128 characters, whole ones, none of which is a control character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (value) => {
        const shown = shownValue(value) ?? "";
        assert.ok(Array.from(shown).length <= 128);
        assert.doesNotMatch(shown, /[\p{Cc}\p{Zl}\p{Zp}]/u);
        assert.equal(Buffer.from(shown).toString(), shown);
      }),
    );
  });

  it("keeps everything else", () => {
    assert.equal(shownValue("🦙".repeat(200)), "🦙".repeat(128));
    assert.equal(shownValue("org/Qwen 3—4B"), "org/Qwen 3—4B");
    assert.equal(shownValue("a\u2028b\u0085c\u007f"), "a\uFFFDb\uFFFDc\uFFFD");
    assert.equal(shownValue(""), undefined);
  });
});

describe("a flag", () => {
  const read = (line: string, parser: "argparse" | "exact" = "exact") =>
    flagValue(line.split(" "), ["--model", "-m"], parser);

  it("is found in the order of preference, the last occurrence winning", () => {
    assert.equal(read("-m a --model b"), "b");
    assert.equal(read("--model a --model=b"), "b");
    assert.equal(read("-m a"), "a");
  });

  it("may be shortened where the runtime's parser allows it", () => {
    assert.equal(read("--mod a", "argparse"), "a");
    assert.equal(read("--mod a", "exact"), undefined);
    assert.equal(read("--m a", "argparse"), undefined);
    assert.equal(read("--models a", "argparse"), undefined);
  });

  it("has no value when the next element is a flag, or after the end of flags", () => {
    assert.equal(read("--model --api-key sk"), undefined);
    assert.equal(read("--model"), undefined);
    assert.equal(read("-- --model a"), undefined);
    assert.equal(read("--other --model"), undefined);
  });
});

describe("families", () => {
  it("end for any tree, rings and reused pids included", () => {
    const node = fc.record({ pid: fc.nat(9), parentPid: fc.nat(9), startTicks: fc.nat(3) });
    fc.assert(
      fc.property(
        fc.array(node),
        fc.array(fc.nat(2), { minLength: 10, maxLength: 10 }),
        (nodes, kinds) => {
          const byPid = new Map(nodes.map((each) => [each.pid, each]));
          const identity = { runtime: "exo", role: "server", workload: "exo" } as const;
          for (const each of byPid.values()) {
            const line = ancestors(each, (pid) => byPid.get(pid));
            assert.equal(new Set([each.pid, ...line.map(({ pid }) => pid)]).size, line.length + 1);
            const member = membershipOf(
              each,
              (pid) => byPid.get(pid),
              (pid) => (["other", "child", identity] as const)[kinds[pid] ?? 0] ?? "other",
            );
            assert.ok(member === undefined || kinds[each.pid] !== 0);
          }
        },
      ),
    );
  });
});

const around = {
  platform: "linux",
  criteria: criteriaOf({}),
  housing: () => ({}),
  owner: () => ({}),
  environmentNames: () => new Set<string>(),
  variables: () => new Map<string, string>(),
  mpsMemoryLimit: () => undefined,
};
