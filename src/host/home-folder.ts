import { homedir } from "node:os";

/**
 * The home folder of this user. One that no list of users knows has none, as systemd's DynamicUser where its NSS module is
 * not installed: Node throws then, and a path that is nowhere stands for it.
 */
export function homeFolder(ask: () => string = homedir): string {
  try {
    return ask();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SYSTEM_ERROR") throw error;
    return "/nonexistent";
  }
}
