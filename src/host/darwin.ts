import type { DarwinNative } from "../model/darwin.ts";

/** Placeholder of the branch: the child that calls comes with the native work. */
export function realDarwin(): DarwinNative {
  const off = { kind: "off", why: "no_library", detail: "not built yet" } as const;
  return {
    sample: () => Promise.resolve(off),
    commandLines: () => Promise.resolve(off),
    close: () => undefined,
  };
}
