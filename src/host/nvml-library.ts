import type koffiModule from "koffi";
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

/**
 * Loads NVML with koffi, which is an optional dependency: it may be missing. For the child program only: a call that
 * hangs takes its process with it.
 */
export async function loadNvml(path: string | undefined): Promise<LoadedNvml> {
  let koffi: typeof koffiModule;
  try {
    koffi = (await import("koffi")).default;
  } catch (error) {
    return { kind: "no_koffi", detail: firstLine(error) };
  }
  let detail = "";
  for (const candidate of path === undefined ? usualPaths : [path]) {
    try {
      return { kind: "loaded", call: caller(koffi.load(candidate)) };
    } catch (error) {
      detail ||= `${candidate}: ${firstLine(error)}`;
    }
  }
  return { kind: "no_library", detail };
}

function caller(library: ReturnType<typeof koffiModule.load>): CallNvml {
  const bound = new Map<NvmlFunction, ((...args: readonly unknown[]) => unknown) | undefined>();
  return (name, ...args) => {
    if (!bound.has(name)) bound.set(name, bind(name));
    const found = bound.get(name);
    return found === undefined ? nvmlCodes.functionNotFound : (found(...args) as number);
  };

  function bind(name: NvmlFunction): ((...args: readonly unknown[]) => unknown) | undefined {
    try {
      return library.func(name, "int", [...nvmlSignatures[name]]) as (
        ...args: readonly unknown[]
      ) => unknown;
    } catch {
      return undefined;
    }
  }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n")[0] ?? "";
}
