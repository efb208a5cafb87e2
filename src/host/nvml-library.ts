import { loadLibrary, type Bound } from "./koffi-library.ts";
import { nvmlCodes, nvmlSignatures, type CallNvml, type NvmlFunction } from "./nvml-calls.ts";

/** NVML, or why there is none. */
export type LoadedNvml =
  | { readonly kind: "loaded"; readonly call: CallNvml }
  | { readonly kind: "no_koffi" | "no_library"; readonly detail: string };

/** Where the library is, if nobody says: where the linker looks, and two places that it may not know. */
const usualPaths = [
  "libnvidia-ml.so.1",
  "/usr/lib/wsl/lib/libnvidia-ml.so.1",
  "/run/opengl-driver/lib/libnvidia-ml.so.1",
];

export async function loadNvml(path: string | undefined): Promise<LoadedNvml> {
  const library = await loadLibrary(path === undefined ? usualPaths : [path]);
  if (library.kind !== "loaded") return library;
  const bound = new Map<NvmlFunction, Bound | undefined>();
  return {
    kind: "loaded",
    call(name, ...args) {
      if (!bound.has(name)) bound.set(name, library.function(name, "int", nvmlSignatures[name]));
      const found = bound.get(name);
      return found === undefined ? nvmlCodes.functionNotFound : (found(...args) as number);
    },
  };
}
