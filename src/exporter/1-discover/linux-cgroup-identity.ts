import type {
  CgroupIdentity,
  ContainerEngine,
  ContainerId,
  PodId,
} from "../../model/cgroup-identity.ts";
import { shownValue } from "./flag-values.ts";

/**
 * What `/proc/PID/cgroup` says of who runs a process. Ids are read out of the path that is there, by the names that
 * engines give their cgroups; no path is ever made of them. Of nested containers the innermost counts.
 *
 * Whoever may make cgroups may give them any name, so this identifies, and permits nothing.
 */
export function parseCgroupIdentity(cgroup: string): CgroupIdentity {
  const paths = pathsOf(cgroup);
  const first = <T>(find: (names: readonly string[]) => T | undefined): T | undefined => {
    for (const path of paths) {
      const found = find(path);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const unit = first(unitOf);
  const slice = first((names) => names.findLast((name) => /.\.slice$/.test(name)));
  const container = first(containerOf);
  const pod = first(podOf);
  return {
    ...(unit !== undefined && { unit: shownValue(unit) ?? "" }),
    ...(slice !== undefined && { slice: shownValue(slice) ?? "" }),
    ...(container !== undefined && { container }),
    ...(pod !== undefined && { pod }),
  };
}

/**
 * The paths that may tell, the best first: systemd's own hierarchy, version 2's, then those of version 1's controllers.
 * On a host without systemd an engine's cgroups are in the latter alone.
 */
function pathsOf(cgroup: string): readonly (readonly string[])[] {
  const lines = cgroup.split("\n").flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    return controllers === undefined || path === undefined ? [] : [{ controllers, path }];
  });
  const rank = (controllers: string) =>
    controllers === "name=systemd" ? 0 : controllers === "" ? 1 : controllers === "memory" ? 2 : 3;
  return lines
    .sort((a, b) => rank(a.controllers) - rank(b.controllers))
    .map(({ path }) => path.split("/").filter((name) => name !== ""));
}

/** A service, else a scope such as `mlx.scope` of systemd-run; sessions and containers are no units anybody looks for. */
function unitOf(names: readonly string[]): string | undefined {
  return (
    names.findLast((name) => /.\.service$/.test(name)) ??
    names.findLast(
      (name) =>
        /.\.scope$/.test(name) &&
        !/^(?:session-|init\.|libpod-conmon-|crio-conmon-)/.test(name) &&
        scopeOf(name) === undefined,
    )
  );
}

const hexId = "([0-9a-f]{64})";

/** How engines name a container's cgroup; `payload` is Podman's word within a unit of its own. The monitors of Podman and CRI-O beside it hold no container's process. */
const named: readonly { readonly form: RegExp; readonly engine: ContainerEngine }[] = [
  { form: new RegExp(`^docker-${hexId}(?:\\.scope)?$`), engine: "docker" },
  { form: new RegExp(`^libpod-(?:payload-)?${hexId}(?:\\.scope)?$`), engine: "podman" },
  { form: new RegExp(`^crio-${hexId}(?:\\.scope)?$`), engine: "cri-o" },
  { form: new RegExp(`^cri-containerd-${hexId}(?:\\.scope)?$`), engine: "containerd" },
  { form: new RegExp(`^nerdctl-${hexId}(?:\\.scope)?$`), engine: "containerd" },
  // containerd with runc's systemd notation and no systemd: SLICE:cri-containerd:ID.
  { form: new RegExp(`^[^:]*:cri-containerd:${hexId}$`), engine: "containerd" },
];

function scopeOf(name: string): ContainerId | undefined {
  for (const { form, engine } of named) {
    const id = form.exec(name)?.[1];
    if (id !== undefined) return { id, engine };
  }
  return undefined;
}

function containerOf(names: readonly string[]): ContainerId | undefined {
  for (let index = names.length - 1; index >= 0; index--) {
    const name = names[index] ?? "";
    const scope = scopeOf(name);
    if (scope !== undefined) return scope;
    if (!/^[0-9a-f]{64}$/.test(name)) continue;
    // Under cgroupfs the bare id stands below a folder: /docker/ID, /kubepods/burstable/podUID/ID, /k8s.io/ID.
    const parent = names[index - 1] ?? "";
    if (parent === "docker") return { id: name, engine: "docker" };
    if (podId(parent) !== undefined) return { id: name };
    return { id: name, ...(parent === "k8s.io" && { engine: "containerd" as const }) };
  }
  return undefined;
}

/** `pod` and the uid, with or without what systemd needs around it; systemd has _ for -, which means a folder there. */
function podId(name: string): string | undefined {
  const given =
    /(?:^|-)pod([0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\.slice)?(?::.*)?$/.exec(
      name,
    )?.[1];
  return given?.replaceAll("_", "-");
}

/** Guaranteed pods lie in kubepods itself, the others below their class. */
function podOf(names: readonly string[]): PodId | undefined {
  const index = names.findLastIndex((name) => podId(name) !== undefined);
  const uid = podId(names[index] ?? "");
  const above = names.slice(0, index + 1).join("/");
  if (uid === undefined || !/(?:^|[/-])kubepods(?:[./-]|$)/.test(above)) return undefined;
  const qosClass = /(?:^|[/-])(burstable|besteffort)(?:[./-])/.exec(above)?.[1];
  return {
    uid,
    qosClass: qosClass === "burstable" || qosClass === "besteffort" ? qosClass : "guaranteed",
  };
}
