import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Skips the running test when a real component is missing and says so in its title; where CI=true a missing
 * component is a failure, so that a green run there has tested everything.
 */
export function requireComponent(context: Mocha.Context, missing: string | undefined): void {
  if (missing === undefined) return;
  if (process.env["CI"] === "true")
    throw new Error(`${missing} In CI every component must be there.`);
  const runnable = context.test ?? context.currentTest;
  if (runnable !== undefined) runnable.title += ` (skipped: ${missing})`;
  context.skip();
}

/** Requires a program in the PATH; `reason` says what the test wants it for. */
export function requireTool(context: Mocha.Context, command: string, reason: string): void {
  requireComponent(
    context,
    isInPath(command) ? undefined : `${command} is not installed; it ${reason}.`,
  );
}

function isInPath(command: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
