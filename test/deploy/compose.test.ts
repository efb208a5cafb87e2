import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { composeFaults } from "../support/deploy-schemas.ts";
import { repository } from "../support/fixture-host.ts";
import { runProgram } from "../support/real-commands.ts";
import { requireTool } from "../support/requires.ts";

interface Service {
  readonly image: string;
  readonly volumes: readonly string[];
  readonly ports: readonly string[];
  readonly [key: string]: unknown;
}

const deploy = join(repository, "deploy");
const text = readFileSync(join(deploy, "compose.yaml"), "utf8");
const compose = parse(text, { merge: true }) as { services: Record<string, Service> };
const services = Object.values(compose.services);

function yaml(path: string): unknown {
  return parse(readFileSync(join(repository, path), "utf8"));
}

describe("the Compose files", () => {
  it("are accepted by the schema of the Compose Specification", () => {
    assert.deepEqual(composeFaults(compose), []);
    assert.deepEqual(composeFaults(yaml("deploy/compose.nvidia.yaml")), []);
    const broken = { services: { a: { image: "a", mem_limits: "1g" } } };
    assert.match(composeFaults(broken).join(), /mem_limits/);
  });

  it("publish every port on the loopback alone, and share no network of the host", () => {
    const ports = services.flatMap((service) => service.ports);
    assert.equal(ports.length, 4);
    for (const port of ports) assert.match(port, /^127\.0\.0\.1:(\d+):\1$/);
    for (const service of services) assert.equal(service["network_mode"], undefined);
  });

  it("give every service bounds and no privilege, and write to named volumes only", () => {
    for (const service of services) {
      for (const bound of ["mem_limit", "cpus", "pids_limit"])
        assert.ok(service[bound] !== undefined, `${service.image} has no ${bound}`);
      const { read_only, cap_drop, security_opt, restart } = service;
      assert.deepEqual(
        { read_only, cap_drop, security_opt, restart },
        {
          read_only: true,
          cap_drop: ["ALL"],
          security_opt: ["no-new-privileges:true"],
          restart: "unless-stopped",
        },
      );
      assert.equal(service["privileged"] ?? service["cap_add"], undefined);
      for (const volume of service.volumes) assert.match(volume, /^\w+:|:ro$/);
    }
  });

  it("mount what is there", () => {
    const sources = services.flatMap(({ volumes }) => volumes.map((mount) => mount.split(":")[0]));
    const ours = sources.filter((source) => source?.startsWith("."));
    assert.ok(ours.length >= 6);
    for (const source of ours) assert.ok(existsSync(join(deploy, source ?? "")), source);
  });

  it("name each image by a version, ours by the package's", () => {
    for (const { image } of services) assert.match(image, /:v?\d+\.\d+\.\d+$/);
    const { version } = yaml("package.json") as { version: string };
    assert.equal(compose.services["mlx-headroom"]?.image, `mlx-headroom:${version}`);
  });

  it("know no password, and start nothing without one", () => {
    const { environment } = compose.services["grafana"] as { environment?: object };
    const entries = Object.entries(environment ?? {}) as [string, string][];
    const secret = entries.filter(([name]) => /PASSWORD|SECRET|TOKEN/.test(name));
    assert.deepEqual(
      secret.map(([name]) => name),
      ["GF_SECURITY_ADMIN_PASSWORD"],
    );
    assert.match(secret[0]?.[1] ?? "", /^\$\{GRAFANA_ADMIN_PASSWORD:\?[^}]+\}$/);
    assert.equal(Object.fromEntries(entries)["GF_AUTH_ANONYMOUS_ENABLED"], "false");
  });
});

describe("what Compose gives Prometheus and Grafana", () => {
  it("is the default pack's but for names of services", () => {
    const named = (path: string) =>
      JSON.stringify(yaml(path))
        .replaceAll("127.0.0.1:9093", "alertmanager:9093")
        .replaceAll("127.0.0.1:10836", "mlx-headroom:10836")
        .replaceAll("http://127.0.0.1:9090", "http://prometheus:9090")
        .replaceAll("127.0.0.1:9090", "localhost:9090")
        .replaceAll('"../mlx-', '"rules/mlx-');
    const same = (ours: string, packs: string) => {
      assert.deepEqual(yaml(ours), JSON.parse(named(packs)));
    };
    same("deploy/prometheus/prometheus.yml", "rules/config/prometheus.yml");
    same("deploy/grafana/datasource.yml", "grafana/provisioning/datasources/mlx-headroom.yml");
  });

  it("is accepted by promtool and amtool where it is mounted", function () {
    requireTool(this, "promtool", "checks the configuration of Prometheus");
    requireTool(this, "amtool", "checks the configuration of Alertmanager");
    const root = mkdtempSync(join(tmpdir(), "mlx-headroom-compose-"));
    try {
      for (const { volumes } of services)
        for (const [source = "", target = ""] of volumes.map((mount) => mount.split(":")))
          if (source.startsWith("."))
            cpSync(join(deploy, source), join(root, target), { recursive: true });
      const checks: readonly (readonly [string, readonly string[]])[] = [
        ["promtool", ["check", "config", join(root, "etc/prometheus/prometheus.yml")]],
        ["amtool", ["check-config", join(root, "etc/alertmanager/alertmanager.yml")]],
      ];
      for (const [command, args] of checks) {
        const { status, output } = runProgram(command, args);
        assert.equal(status, 0, output);
        assert.match(output, /SUCCESS[^]*([1-9]\d* rules found|1 templates)/);
      }
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
