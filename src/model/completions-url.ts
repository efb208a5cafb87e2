/** The endpoint as it stands where it is one, else the usual one of the OpenAI API at that address. */
export function completionsUrl(url: string, kind: "chat" | "completion"): string {
  const endpoint = new URL(url);
  const path = endpoint.pathname.replace(/\/+$/, "");
  if (!path.endsWith("/completions")) {
    const version = /\/v\d+$/.test(path) ? "" : "/v1";
    endpoint.pathname = `${path}${version}/${kind === "chat" ? "chat/completions" : "completions"}`;
  }
  return endpoint.href;
}
