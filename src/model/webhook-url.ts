/** Why an address cannot stand in a configuration that others may read; undefined where it can. */
export type WebhookProblem = "not-http" | "secret";

/** Such as `token`, `api_key` or `X-Signature`. */
const secretName = /(?:token|key|secret|password|passwd|pwd|auth|credentials?|sig|signature)$/i;
/** Whose addresses are secrets as a whole, and which Alertmanager knows by itself. */
const secretHosts = /(?:^|\.)hooks\.slack\.com$/i;

/** Looks at the address of a webhook, which is written into alertmanager.yml as it is given. */
export function webhookProblem(text: string): WebhookProblem | undefined {
  if (!URL.canParse(text)) return "not-http";
  const { protocol, username, password, searchParams, hostname } = new URL(text);
  if (!["http:", "https:"].includes(protocol)) return "not-http";
  const told = username !== "" || password !== "" || secretHosts.test(hostname);
  return told || [...searchParams.keys()].some((name) => secretName.test(name))
    ? "secret"
    : undefined;
}
