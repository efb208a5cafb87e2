import type koffiModule from "koffi";

/** A function of a library. */
export type Bound = (...args: readonly unknown[]) => unknown;

/** A library, or why there is none. */
export type LoadedLibrary =
  | {
      readonly kind: "loaded";
      /** The function of a name, which returns a value of this type; undefined where this library has no such function. */
      function(name: string, returns: string, takes: readonly string[]): Bound | undefined;
      /** What the last call left in errno, which it is set to 0 for by `clearErrno`. */
      errno(): number;
      clearErrno(): void;
    }
  | { readonly kind: "no_koffi" | "no_library"; readonly detail: string };

/**
 * Loads the first of some libraries that can be loaded, with koffi, which is an optional dependency: it may be missing.
 * For child programs only: a call that hangs or crashes takes its process with it.
 */
export async function loadLibrary(paths: readonly string[]): Promise<LoadedLibrary> {
  let koffi: typeof koffiModule;
  try {
    koffi = (await import("koffi")).default;
  } catch (error) {
    return { kind: "no_koffi", detail: firstLine(error) };
  }
  let detail = "";
  for (const path of paths) {
    try {
      const library = koffi.load(path);
      return {
        kind: "loaded",
        function: (name, returns, takes) => bind(library, name, returns, takes),
        errno: () => koffi.errno(),
        clearErrno: () => void koffi.errno(0),
      };
    } catch (error) {
      detail ||= `${path}: ${firstLine(error)}`;
    }
  }
  return { kind: "no_library", detail };
}

function bind(
  library: ReturnType<typeof koffiModule.load>,
  name: string,
  returns: string,
  takes: readonly string[],
): Bound | undefined {
  try {
    return library.func(name, returns, [...takes]) as Bound;
  } catch {
    return undefined;
  }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n")[0] ?? "";
}
