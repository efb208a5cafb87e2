import { join } from "node:path";

/** The folder of this checkout: compiled, the lab lies two folders below it. */
export const repository = join(import.meta.dirname, "..", "..");
