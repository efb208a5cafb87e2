import type { ExporterOptions } from "../exporter/exporter.ts";
import type { Host } from "../model/host.ts";
import type { KubernetesOptions, KubernetesState } from "../model/kubernetes.ts";
import { UserError } from "../model/user-error.ts";

/** Hears what comes of asking engines and clusters, for a command that looks once. */
export interface Asked {
  /** With these the exporter is to look. */
  readonly options: Pick<ExporterOptions, "kubernetes" | "onEngine" | "onKubernetes">;
  /** Who did not answer, where, and what next; empty where all did, or nobody had to be asked. */
  complaints(): readonly string[];
}

/** The exporter's first look takes no longer than a second more. */
const patienceSeconds = 4;
const address = "Check --kubernetes.api, and what lies between";

export function hearing({ clock }: Host, kubernetes: KubernetesOptions | undefined): Asked {
  const began = clock.monotonicSeconds();
  const engines = new Map<string, UserError>();
  let cluster: KubernetesState | undefined;
  return {
    options: {
      ...(kubernetes !== undefined && { kubernetes: { ...kubernetes, patienceSeconds } }),
      onEngine(news) {
        if (news.kind === "reached") engines.delete(news.socket);
        else if (news.kind === "unreachable")
          engines.set(news.socket, new UserError("engine-silent", { ...news }));
        else engines.set("", new UserError("no-engine", { sockets: news.sockets.join(", ") }));
      },
      onKubernetes(news) {
        if (news.kind !== "ended") cluster = news;
      },
    },
    complaints() {
      const waited = clock.monotonicSeconds() - began >= patienceSeconds;
      const silent = kubernetes && clusterSilent(kubernetes, cluster, waited);
      return [...engines.values(), ...(silent ? [silent] : [])].map(({ message }) => message);
    },
  };
}

/** Undefined where the cluster answered, or nobody waited for it: no process is in a pod that it could name. */
function clusterSilent(
  { apiUrl, credentials }: KubernetesOptions,
  state: KubernetesState | undefined,
  waited: boolean,
): UserError | undefined {
  const silent = (detail: string, next: string) =>
    new UserError("cluster-silent", { url: apiUrl, detail, next });
  switch (state?.kind) {
    case "asked":
      return undefined;
    case undefined:
      return waited ? silent(`has not answered for ${patienceSeconds} s`, address) : undefined;
    case "unclear":
      return silent("answers what no API server does", address);
    case "unreachable":
      return silent(
        `cannot be reached (${state.code})`,
        /CERT|SIGNATURE|ISSUER|PEM/.test(state.code)
          ? `Check that ${credentials}/ca.crt is the authority of its certificate`
          : address,
      );
    case "refused":
      return refusal(state.status, credentials, silent);
  }
}

function refusal(
  status: number,
  credentials: string,
  silent: (detail: string, next: string) => UserError,
): UserError {
  if (status === 401)
    return silent(
      "does not accept the token (401)",
      `Check ${credentials}/token, or name another folder with --kubernetes.credentials`,
    );
  return status === 403
    ? silent(
        "does not let the service account list pods (403)",
        "Bind the ClusterRole that docs/kubernetes.md shows to it",
      )
    : silent(`does not list pods (${status})`, address);
}
