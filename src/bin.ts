#!/usr/bin/env node
import { main } from "./cli.ts";
import { realHost } from "./host/real-host.ts";

// A reader that goes away (`mlx-headroom ps | head`) is no reason for a stack trace.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

process.exitCode = await main(process.argv.slice(2), realHost(), {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  colour:
    process.stdout.isTTY && process.env["NO_COLOR"] === undefined && process.env["TERM"] !== "dumb",
  environment: process.env,
});
