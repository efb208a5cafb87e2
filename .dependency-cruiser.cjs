// The laws of the house, as run by `npm run check` and by test/architecture.test.ts. ARCHITECTURE.md says why.
const wings = {
  exporter: [
    "1-discover",
    "2-collect",
    "3-limits",
    "4-expose",
    "housing",
    "ledger",
    "probe",
    "doctor",
  ],
  generator: ["1-record", "2-profile", "3-compile", "4-emit", "5-review", "plan-check", "verify"],
};
const programs = "bin|index|host/risky-reader|host/nvml-child|host/darwin-child";
const ground = ["^src/model/", "^src/catalog/"];
const error = (name, comment, from, to, extra = {}) => ({
  name,
  comment,
  severity: "error",
  from,
  to,
  ...extra,
});
/** A room may import only what is listed. */
const room = (name, from, allowed) =>
  error(
    `room-${name}`,
    `${name} may import only its own list`,
    { path: from },
    { path: "^src/", pathNot: allowed },
  );
/** A package is spoken to through named files only. */
const doorway = (pkg, files) =>
  error(
    `doorway-${pkg.replace(/\W/g, "")}`,
    `${pkg} is used in ${files} only`,
    { path: "^src/", pathNot: `^src/(${files})[.]ts$` },
    { path: `^node_modules/(@types/)?${pkg}/` },
  );

module.exports = {
  forbidden: [
    error("no-cycles", "nothing may lead back to itself", {}, { circular: true }),
    error("no-folder-cycles", "nor may a room", {}, { circular: true }, { scope: "folder" }),
    error(
      "no-dead-ends",
      "everything is reachable from bin or index, or from a program of its own that is started as a child",
      { path: `^src/(${programs})[.]ts$` },
      { path: "^src/", pathNot: `^src/(${programs})[.]ts$`, reachable: false },
    ),
    error(
      "io-in-host",
      "files, commands, clocks and sockets live in host/; its contract may name node's types",
      { path: "^src/", pathNot: "^src/(host/|bin[.]ts|model/host[.]ts)" },
      {
        path: "^(node:)?(fs|fs/promises|child_process|net|http|https|tls|os|dgram|worker_threads)$",
      },
    ),
    room("model", "^src/model/", ["^src/model/"]),
    room("catalog", "^src/catalog/", ground),
    room("host", "^src/host/", ["^src/host/", "^src/model/"]),
    room("config", "^src/config/", ["^src/config/", ...ground]),
    ...Object.entries(wings).flatMap(([wing, stages]) => [
      room(wing, `^src/${wing}/[^/]+[.]ts$`, [`^src/${wing}/`, ...ground]),
      ...stages.map((stage) =>
        room(`${wing}-${stage}`, `^src/${wing}/${stage}/`, [`^src/${wing}/${stage}/`, ...ground]),
      ),
    ]),
    room("commands", "^src/commands/", [
      "^src/commands/",
      "^src/exporter/[^/]+[.]ts$",
      "^src/generator/[^/]+[.]ts$",
      "^src/config/",
      ...ground,
    ]),
    room("cli", "^src/cli[.]ts$", ["^src/commands/", "^src/model/"]),
    room("bin", "^src/bin[.]ts$", ["^src/cli[.]ts$", "^src/host/"]),
    error(
      "no-tests-in-the-product",
      "the package does not import its tests or its lab",
      { path: "^src/" },
      { path: "^(test|lab)/" },
    ),
    doorway("prom-client", "exporter/4-expose/registry"),
    doorway("express", "exporter/4-expose/server"),
    doorway("bcryptjs", "host/passwords"),
    doorway("koffi", "host/koffi-library"),
    doorway("cli-progress", "host/progress-bar"),
    doorway("diff", "generator/5-review/unified-diff"),
    doorway("systeminformation", "host/machine-facts"),
    doorway("simple-statistics", "generator/2-profile/order-statistics"),
    doorway("yaml", "config/document|generator/4-emit/yaml-text"),
    doorway(
      "handlebars",
      "exporter/4-expose/status-page|generator/4-emit/markdown|generator/4-emit/prose|generator/4-emit/report-page",
    ),
    doorway(
      "zod",
      "config/document|config/lengths-of-time|config/match-schema|config/notify-schema|config/policy-labels|config/policy-schema|config/policy-workload-schema|config/schema|config/probe-schema|config/web-schema|exporter/2-collect/allocator-report|exporter/2-collect/darwin-launchd|exporter/housing/engine-answers|exporter/housing/kubernetes-answers|generator/1-record/prometheus-answer|model/document|model/profile|model/recording",
    ),
    doorway(
      "@prometheus-io/lezer-promql",
      "generator/3-compile/promql|generator/3-compile/promql-tree|generator/plan-check/expression",
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
