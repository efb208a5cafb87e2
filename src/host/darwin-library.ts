import { darwinSignatures, type CallDarwin, type DarwinFunction } from "./darwin-calls.ts";
import { loadLibrary, type Bound } from "./koffi-library.ts";

/** libSystem, or why there is none. */
export type LoadedDarwin =
  | { readonly kind: "loaded"; readonly call: CallDarwin }
  | { readonly kind: "no_koffi" | "no_library"; readonly detail: string };

/** Not a file of the disk: the linker has it in its cache. */
const usualPath = "/usr/lib/libSystem.B.dylib";

export async function loadDarwin(path: string = usualPath): Promise<LoadedDarwin> {
  const library = await loadLibrary([path]);
  if (library.kind !== "loaded") return library;
  const bound = new Map<DarwinFunction, Bound | undefined>();
  return {
    kind: "loaded",
    call(name, ...args) {
      const [returns, takes] = darwinSignatures[name];
      if (!bound.has(name)) bound.set(name, library.function(name, returns, takes));
      const found = bound.get(name);
      if (found === undefined) return undefined;
      library.clearErrno();
      const result = found(...args) as number;
      return { result, errno: library.errno() };
    },
  };
}
