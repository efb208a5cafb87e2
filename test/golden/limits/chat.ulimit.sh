#!/bin/bash
# Limits of the workload chat: grade B, recorded 2026-11-16.
# Its owner is Ann --> ]]> <&> "$(touch x)" 'x' # : { % \.
# Scenarios: import (3 runs, 90 samples), idle (3 runs, 1800 samples), average (3 runs, 5400 samples), peak (3 runs, 2700 samples), edge:long-context (2 runs, 600 samples).
# The rollout is hard: every limit is in force.
# Figures are of the largest process: where several run under one limit, add theirs.
# At a limit: files are refused. Memory, CPU and threads have none here.
# For a program that is started by hand: 'bash THIS PROGRAM [ARGUMENT…]'. For one that runs already, on Linux: 'bash THIS --pid PID'.
# Made by mlx-headroom 0. Do not edit: edits are lost.
# Its place is limits/chat.ulimit.sh below --out.
# Remake with 'mlx-headroom compile --limits' and the same --config.file, --profiles, --out and --webhook-url as before, if any.

set -eu
if [ "$#" -eq 0 ]; then
  echo "usage: bash $0 PROGRAM [ARGUMENT...] | --pid PID" >&2
  exit 2
fi

if [ "$1" = --pid ]; then
  # What is open stays open. macOS has no such program.
  prlimit --pid "$2" --nofile=1024
  exit 0
fi

# -n: max 53 of peak (3 runs, 2700 samples) × margin 1.1 of grade B, ÷ (1 − 0.2) for what MlxHeadroomLow wants left, up to a power of two, 1024 at least.
# Opening a file or taking a connection fails with EMFILE, in each process by itself.
ulimit -n 1024

# -v: not set. No ulimit bounds memory in use: -v counts address space, of which a GPU's driver and mapped models take many times more, and -m is ignored by Linux and macOS. Use a cgroup: systemd-run --scope -p MemoryMax=…
# -t: not set. No share: -t ends a process after so many CPU seconds, which a server must not be.
# -u: not set. It counts all threads of the user (on macOS processes), not those of the workload.

exec "$@"
