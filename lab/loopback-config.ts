import { isScalar, isSeq, parseDocument, visit, type Document } from "yaml";

/** Where the parts of the example configuration really listen; undefined for a part that could not be had. */
export type Addresses = ReadonlyMap<string, string | undefined>;

const interval = "5s";

/**
 * The example prometheus.yml for this one machine: real addresses and short intervals, everything else as compile
 * wrote it, because it is the example that is on trial.
 */
export function loopbackPrometheus(text: string, addresses: Addresses): string {
  const document = parseDocument(text);
  setEverywhere(document, ["scrape_interval", "scrape_timeout", "evaluation_interval"], interval);
  visit(document, {
    Pair(_, pair) {
      if (!isScalar(pair.key) || pair.key.value !== "targets" || !isSeq(pair.value)) return;
      const targets = pair.value.items.map((item) => String(isScalar(item) ? item.value : item));
      const real = targets.map((target) =>
        addresses.has(target) ? addresses.get(target) : target,
      );
      pair.value.items = real.flatMap((target) => (target === undefined ? [] : target));
    },
  });
  return String(document);
}

/** The example alertmanager.yml with short waits; the webhook was given to compile already. */
export function loopbackAlertmanager(text: string): string {
  const document = parseDocument(text);
  setEverywhere(document, ["group_wait"], "1s");
  setEverywhere(document, ["group_interval"], interval);
  return String(document);
}

function setEverywhere(document: Document, keys: readonly string[], value: string): void {
  visit(document, {
    Pair(_, pair) {
      if (isScalar(pair.key) && keys.includes(String(pair.key.value))) {
        pair.value = document.createNode(value);
      }
    },
  });
}
