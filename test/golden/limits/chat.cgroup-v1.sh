#!/bin/bash
# Limits of the workload chat: grade B, recorded 2026-11-16.
# Its owner is Ann --> ]]> <&> "$(touch x)" 'x' # : { % \.
# Scenarios: import (3 runs, 90 samples), idle (3 runs, 1800 samples), average (3 runs, 5400 samples), peak (3 runs, 2700 samples), edge:long-context (2 runs, 600 samples).
# The rollout is hard: every limit is in force.
# Figures are of the largest process: where several run under one limit, add theirs.
# At a limit: memory is taken back, then the kernel kills; CPU waits; tasks are refused. Files have none here.
# For a host without systemd, as root: 'bash THIS PROGRAM [ARGUMENT…]' runs it in a cgroup of its own. Where systemd runs the tree of cgroups is its: use the drop-in.
# Made by mlx-headroom 0. Do not edit: edits are lost.
# Its place is limits/chat.cgroup-v1.sh below --out.
# Remake with 'mlx-headroom compile --limits' and the same --config.file, --profiles, --out and --webhook-url as before, if any.

set -eu
if [ "$#" -eq 0 ]; then
  echo "usage: bash $0 PROGRAM [ARGUMENT...]" >&2
  exit 2
fi

root="${MLX_CGROUP_ROOT:-/sys/fs/cgroup}"
for controller in memory cpu pids; do
  mkdir -p "$root/$controller/mlx-chat"
done
# Memory alone may not be above the sum: that of an earlier start goes first.
[ ! -e "$root/memory/mlx-chat/memory.memsw.limit_in_bytes" ] || echo "-1" > "$root/memory/mlx-chat/memory.memsw.limit_in_bytes"

# memory.limit_in_bytes: max 18.0 GiB (19327352832 B) of edge:long-context (2 runs, 600 samples) × margin 1.1 of grade B, up to the next 64 MiB, ÷ (1 − 0.15) for what MlxHeadroomLow wants left, up to the next 64 MiB.
# At it the kernel takes file cache back, and kills when that is not enough.
echo "25031606272" > "$root/memory/mlx-chat/memory.limit_in_bytes"

# memory.memsw.limit_in_bytes: never any.
# Memory and swap together: as much as memory alone, so that nothing is swapped out. Only where the kernel counts swap.
[ ! -e "$root/memory/mlx-chat/memory.memsw.limit_in_bytes" ] || echo "25031606272" > "$root/memory/mlx-chat/memory.memsw.limit_in_bytes"

# cpu.cfs_quota_us: max 2.38 cores of peak (3 runs, 2700 samples) × margin 1.1 of grade B, up to the next tenth.
# Beyond it the group waits for the next period: it becomes slow, and is never killed.
echo "270000" > "$root/cpu/mlx-chat/cpu.cfs_quota_us"

# pids.max: max 36 of peak (3 runs, 2700 samples) × margin 1.1 of grade B, ÷ (1 − 0.1) for what MlxHeadroomLow wants left, up to a power of two, 128 at least.
# New threads and processes are refused, an error at once. All of the group count together.
echo "128" > "$root/pids/mlx-chat/pids.max"

# memory.soft_limit_in_bytes: not set. Version 1 has nothing that slows a group down: its soft limit matters only when the host is short of memory.

for controller in memory cpu pids; do
  echo "$$" > "$root/$controller/mlx-chat/cgroup.procs"
done
exec "$@"
