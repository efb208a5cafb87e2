import type { Host, Roots } from "../model/host.ts";
import type { MlxProcess } from "../model/process.ts";
import { interpreterOf } from "./interpreter.ts";

/** What a process was made of, as far as the folders beside its interpreter and its model tell; absent what they do not. */
export interface Software {
  readonly mlx?: string;
  readonly mlxLm?: string;
  readonly python?: string;
  /** Weights of its model on disk. */
  readonly modelBytes?: number;
}

/** Looks at a process of our own user, once for a recording. Nothing of it is run. */
export async function softwareOf(host: Host, roots: Roots, process: MlxProcess): Promise<Software> {
  const modelBytes = weightsIn(host, process.model);
  const found = await interpreterOf(host, roots, process);
  const venv =
    typeof found === "object" ? /^(\/.+)\/bin\/[^/]+$/.exec(found.python)?.[1] : undefined;
  const versions = venv === undefined ? {} : versionsIn(host, venv);
  return { ...versions, ...(modelBytes !== undefined && { modelBytes }) };
}

/** A virtual environment says which Python made it, and its packages have their version in a folder's name. */
function versionsIn(host: Host, venv: string): Omit<Software, "modelBytes"> {
  const config = host.files.read(`${venv}/pyvenv.cfg`, 4096);
  const text = config.kind === "read" ? config.bytes.toString("utf8") : "";
  const python = /^version(?:_info)? *= *(\d+\.\d+(?:\.\d+)?)/m.exec(text)?.[1];
  const packages = namesIn(host, `${venv}/lib`)
    .filter((name) => /^python\d/.test(name))
    .flatMap((name) => namesIn(host, `${venv}/lib/${name}/site-packages`));
  const versionOf = (name: string) =>
    packages
      .map(
        (folder) =>
          new RegExp(`^${name}-([0-9][A-Za-z0-9.+]{0,40})\\.dist-info$`).exec(folder)?.[1],
      )
      .find((version) => version !== undefined);
  const [mlx, mlxLm] = [versionOf("mlx"), versionOf("mlx_lm")];
  return {
    ...(mlx !== undefined && { mlx }),
    ...(mlxLm !== undefined && { mlxLm }),
    ...(python !== undefined && { python }),
  };
}

/** Of a model that is a folder of this machine; of a name in some hub nobody knows here. */
function weightsIn(host: Host, model: string | undefined): number | undefined {
  if (model?.startsWith("/") !== true) return undefined;
  const sizes = namesIn(host, model)
    .filter((name) => name.endsWith(".safetensors"))
    .map((name) => host.files.size(`${model}/${name}`));
  if (sizes.length === 0 || sizes.includes(undefined)) return undefined;
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
}

function namesIn(host: Host, folder: string): readonly string[] {
  const listing = host.files.list(folder);
  return listing.kind === "listed" ? listing.names : [];
}
