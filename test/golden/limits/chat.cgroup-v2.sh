#!/bin/bash
# Limits of the workload chat: grade B, recorded 2026-11-16.
# Its owner is Ann --> ]]> <&> "$(touch x)" 'x' # : { % \.
# Scenarios: import (3 runs, 90 samples), idle (3 runs, 1800 samples), average (3 runs, 5400 samples), peak (3 runs, 2700 samples), edge:long-context (2 runs, 600 samples).
# The rollout is hard: every limit is in force.
# Figures are of the largest process: where several run under one limit, add theirs.
# At a limit: memory is taken back, then the kernel kills; CPU waits; tasks are refused. Files have none here.
# For a host without systemd, as root: 'bash THIS PROGRAM [ARGUMENT…]' runs it in a cgroup of its own. Where systemd runs the tree of cgroups is its: use the drop-in.
# Made by mlx-headroom 0. Do not edit: edits are lost.
# Its place is limits/chat.cgroup-v2.sh below --out.
# Remake with 'mlx-headroom compile --limits' and the same --config.file, --profiles, --out and --webhook-url as before, if any.

set -eu
if [ "$#" -eq 0 ]; then
  echo "usage: bash $0 PROGRAM [ARGUMENT...]" >&2
  exit 2
fi

root="${MLX_CGROUP_ROOT:-/sys/fs/cgroup}"
group="$root/mlx-chat"
mkdir -p "$group"
# Else the group has no files of these controllers.
echo "+memory +cpu +pids" > "$root/cgroup.subtree_control"

# memory.high: max 18.0 GiB (19327352832 B) of edge:long-context (2 runs, 600 samples) × margin 1.1 of grade B, up to the next 64 MiB.
# Above it the kernel slows the group down and takes memory back; nothing is killed.
echo "21273509888" > "$group/memory.high"

# memory.max: max 18.0 GiB (19327352832 B) of edge:long-context (2 runs, 600 samples) × margin 1.1 of grade B, up to the next 64 MiB, ÷ (1 − 0.15) for what MlxHeadroomLow wants left, up to the next 64 MiB.
# At it the kernel takes file cache back, and kills when that is not enough.
echo "25031606272" > "$group/memory.max"

# memory.swap.max: never any.
# Nothing is swapped out: a model in swap answers nobody, and its memory seems to be free.
echo "0" > "$group/memory.swap.max"

# cpu.max: max 2.38 cores of peak (3 runs, 2700 samples) × margin 1.1 of grade B, up to the next tenth.
# Beyond it the group waits for the next period: it becomes slow, and is never killed.
echo "270000 100000" > "$group/cpu.max"

# pids.max: max 36 of peak (3 runs, 2700 samples) × margin 1.1 of grade B, ÷ (1 − 0.1) for what MlxHeadroomLow wants left, up to a power of two, 128 at least.
# New threads and processes are refused, an error at once. All of the group count together.
echo "128" > "$group/pids.max"

echo "$$" > "$group/cgroup.procs"
exec "$@"
