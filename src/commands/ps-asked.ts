import type { ExporterOptions } from "../exporter/exporter.ts";
import type { Host } from "../model/host.ts";
import { asksKubelet, type KubernetesOptions, type KubernetesState } from "../model/kubernetes.ts";
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
        else if (news.kind === "nowhere")
          engines.set("", new UserError("no-engine", { sockets: news.sockets.join(", ") }));
      },
      onKubernetes(news) {
        if (news.kind !== "ended") cluster = news;
      },
    },
    complaints() {
      const waited = clock.monotonicSeconds() - began >= patienceSeconds;
      const silent = kubernetes && silenceOf(kubernetes, cluster, waited);
      return [...engines.values(), ...(silent ? [silent] : [])].map(({ message }) => message);
    },
  };
}

/** Undefined where the cluster answered, or nobody waited for it: no process is in a pod that it could name. */
function silenceOf(
  asked: KubernetesOptions,
  state: KubernetesState | undefined,
  waited: boolean,
): UserError | undefined {
  const isKubelet = asksKubelet(asked);
  const server = isKubelet ? "The kubelet" : "Kubernetes' API server";
  const url = isKubelet ? asked.kubeletUrl : asked.apiUrl;
  const silent = (detail: string, next: string) =>
    new UserError("cluster-silent", { server, url, detail, next });
  const address = `Check --kubernetes.${isKubelet ? "kubelet" : "api"}, and what lies between`;
  switch (state?.kind) {
    case "asked":
      return undefined;
    case undefined:
      return waited ? silent(`has not answered for ${patienceSeconds} s`, address) : undefined;
    case "unclear":
      return silent("gives no list of pods", address);
    case "unreachable": {
      const { code } = state;
      const next = aboutCertificates.test(code) ? checkCertificate(asked, code) : address;
      return silent(`cannot be reached (${code})`, next);
    }
    case "refused":
      switch (state.status) {
        case 401:
          return silent(
            "does not accept the token (401)",
            `Check ${asked.credentials}/token, or name another folder with --kubernetes.credentials`,
          );
        case 403:
          return silent(
            `does not let the service account ${isKubelet ? "get nodes/pods" : "list pods"} (403)`,
            "Bind the ClusterRole that docs/kubernetes.md shows to it",
          );
        default:
          return silent(`does not list pods (${state.status})`, address);
      }
  }
}

/** Codes of OpenSSL and Node, such as UNABLE_TO_VERIFY_LEAF_SIGNATURE and ERR_TLS_CERT_ALTNAME_INVALID. */
const aboutCertificates = /CERT|SIGNATURE|ISSUER|PEM/;

function checkCertificate(asked: KubernetesOptions, code: string): string {
  if (!asksKubelet(asked))
    return `Check that ${asked.credentials}/ca.crt is the authority of its certificate`;
  return code === "ERR_TLS_CERT_ALTNAME_INVALID"
    ? "Say which name its certificate is for with --kubernetes.kubelet-name"
    : "Name what signed its certificate with --kubernetes.kubelet-ca";
}
