import assert from "node:assert/strict";
import { parse } from "yaml";
import { compile } from "../../../src/generator/3-compile/compile.ts";
import { emitFederation, emitRemoteWrite } from "../../../src/generator/4-emit/keeping.ts";
import { generate } from "../../../src/generator/generator.ts";

const { keeping } = compile([], { version: "0", layout: "tree" });

interface RemoteWrite {
  readonly remote_write: readonly [
    {
      readonly url: string;
      readonly write_relabel_configs: readonly [
        { readonly regex: string; readonly action: string },
      ];
    },
  ];
}

describe("history for others", () => {
  it("is asked for by name, one question a series, without a change of labels", () => {
    const { scrape_configs } = emitFederation(keeping) as {
      readonly scrape_configs: readonly [
        { readonly honor_labels: boolean; readonly params: Readonly<Record<string, unknown>> },
      ];
    };
    assert.equal(scrape_configs[0].honor_labels, true);
    assert.deepEqual(
      scrape_configs[0].params["match[]"],
      keeping.series.map((name) => `{__name__="${name}"}`),
    );
  });

  it("is sent by the same names, and nothing beside them passes", () => {
    const { remote_write } = parse(emitRemoteWrite(keeping).join("\n")) as RemoteWrite;
    const [{ regex, action }] = remote_write[0].write_relabel_configs;
    assert.equal(action, "keep");
    const whole = new RegExp(`^(?:${regex})$`);
    for (const name of keeping.series) assert.match(name, whole);
    for (const name of ["up", "mlx_workload_threads", `${keeping.series[0] ?? ""}_more`])
      assert.doesNotMatch(name, whole);
  });

  it("stands at the end of the example configuration as a comment, and takes effect without its marks", () => {
    const text =
      generate([], { version: "0", layout: "tree" }).find(({ path }) =>
        path.endsWith("/prometheus.yml"),
      )?.text ?? "";
    assert.equal((parse(text) as Partial<RemoteWrite>).remote_write, undefined);
    const at = text.indexOf("# remote_write:");
    const block = text.slice(at).replaceAll(/^# /gm, "");
    const { remote_write } = parse(text.slice(0, at) + block) as RemoteWrite;
    assert.equal(remote_write[0].url, keeping.remoteWriteUrl);
  });
});
