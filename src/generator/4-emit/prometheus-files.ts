import type { Artifact } from "../../model/artifact.ts";
import type { Plan } from "../../model/plan.ts";
import { emitFederation, emitRemoteWrite } from "./keeping.ts";
import { relativePath } from "./layout.ts";
import type { Paths } from "./layout.ts";
import { emitPrometheusConfig } from "./prometheus-config.ts";
import type { RuleFile } from "./rule-files.ts";
import type { Spell } from "./spell.ts";
import { emitTestFile, loadedRules } from "./promtool-tests.ts";

/** Rule files, their tests, and the configurations of a Prometheus and of one that keeps history for longer. */
export function emitPrometheus(
  plan: Plan,
  rules: readonly RuleFile[],
  paths: Paths,
  spell: Spell,
): readonly Artifact[] {
  const whole = rules.filter(({ slug }) => slug === undefined);
  const named = [...whole.map((file) => paths.rules(file)), paths.rules({ name: "", slug: "*" })];
  return [
    ...rules.map((file) => spell(paths.rules(file), file.about, { groups: file.groups })),
    ...plan.tests.map((file) => {
      const path = paths.test(file.name);
      const loaded = loadedRules(file, rules).map((each) => relativePath(path, paths.rules(each)));
      const run = `Run with 'promtool test rules ${file.name}.yml'.`;
      return spell(path, [file.about, run], emitTestFile(file, loaded));
    }),
    spell(
      paths.prometheus,
      prometheusAbout,
      emitPrometheusConfig(
        plan.scraping,
        named.map((path) => relativePath(paths.prometheus, path)),
      ),
      [...remoteWriteAbout, ...emitRemoteWrite(plan.keeping)],
    ),
    spell(paths.federation, federationAbout, emitFederation(plan.keeping)),
  ];
}

const prometheusAbout = [
  "An example configuration of Prometheus. Copy what you need into your own, or start one with it:",
  "prometheus --config.file=prometheus.yml",
];
const remoteWriteAbout = [
  "What is to outlive this Prometheus can be sent to one that keeps it: remove the marks of comments from here on. It",
  "takes what it is sent if it was started with --web.enable-remote-write-receiver. Or let it ask: federation.yml.",
  "",
];
const federationAbout = [
  "An example configuration of a second Prometheus, which asks the first for its recorded history and keeps it longer:",
  "prometheus --config.file=federation.yml --web.listen-address=127.0.0.1:9091 --storage.tsdb.retention.time=3y",
];
