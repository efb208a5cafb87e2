import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writer } from "../model/host.ts";
import { replaceFiles } from "./replace-files.ts";
import type { Disk } from "./replace-files.ts";
import { uninterrupted, whenSignalled } from "./uninterrupted.ts";

/** Writes what this program makes, whole or not at all, whatever fails and whoever interrupts. */
export function realWriter(disk: Disk = fs): Writer {
  const writeAll: Writer["writeAll"] = (root, files, stale = []) => {
    uninterrupted(() => {
      replaceFiles(
        disk,
        files.map(({ path, text }) => ({ path: join(root, path), text })),
        stale.map((path) => join(root, path)),
      );
    });
  };
  return {
    writeAll,
    async withTemporary(files, use) {
      const root = fs.mkdtempSync(join(tmpdir(), "mlx-headroom-"));
      const remove = () => {
        fs.rmSync(root, { recursive: true, force: true });
      };
      const release = whenSignalled(remove);
      try {
        writeAll(root, files);
        return await use(root);
      } finally {
        release();
        remove();
      }
    },
  };
}
