import assert from "node:assert/strict";
import type { Vm } from "../../lab/vm.ts";
import { waitUntil } from "../../lab/wait-until.ts";

/** The text of the exporter in a virtual machine, as soon as it says this. */
export async function onceInVm(
  vm: Vm,
  says: (text: string) => boolean,
  timeoutSeconds = 120,
): Promise<string> {
  let text = "";
  const look = async () => {
    const signal = AbortSignal.timeout(30_000);
    text = await (await fetch(`${vm.url}/metrics`, { signal })).text();
    return says(text) ? true : undefined;
  };
  const said = await waitUntil(look, { timeoutSeconds, everyMs: 1000 });
  assert.ok(said, `${text.replace(/^#.*\n/gm, "")}\n${vm.console()}`);
  return text;
}
