import type { Command } from "../model/command.ts";
import { checkConfigCommand } from "./check-config.ts";
import { compileCommand } from "./compile.ts";
import { doctorCommand } from "./doctor.ts";
import { profileCommand } from "./profile.ts";
import { psCommand } from "./ps.ts";
import { recordCommand } from "./record.ts";
import { serveCommand } from "./serve.ts";

/** Every verb, in the order help shows them. */
export const commands: readonly Command[] = [
  serveCommand,
  psCommand,
  recordCommand,
  profileCommand,
  checkConfigCommand,
  doctorCommand,
  compileCommand,
];
