"""What one report says. Only functions of MLX that change nothing are called here."""

import os
import sys
import time
from typing import Any, Dict, Mapping, Optional

from . import darwin

SCHEMA = 1


def backend_of(mlx: Any) -> str:
    """`metal`, `cuda` or `cpu`."""
    for name in ("metal", "cuda"):
        available = getattr(getattr(mlx, name, None), "is_available", None)
        if available is not None and available():
            return name
    return "cpu"


def start_ticks() -> Optional[int]:
    """Clock ticks after boot at which this process started: with the pid its identity. None where there is no /proc."""
    try:
        with open("/proc/self/stat", "rb") as file:
            return parse_start_ticks(file.read())
    except OSError:
        return None


def parse_start_ticks(stat: bytes) -> int:
    """Field 22 of proc_pid_stat(5), counted from the last parenthesis: the name before it may hold anything."""
    return int(stat[stat.rindex(b")") + 2 :].split()[19])


def facts_of(mlx: Any, backend: str) -> Dict[str, Any]:
    """What stays the same as long as the process lives, but for its pid and start time after a fork."""
    facts: Dict[str, Any] = {"backend": backend}
    version = getattr(mlx, "__version__", None)
    if isinstance(version, str):
        facts["mlx_version"] = version
    if backend == "metal":
        recommended = _device_info(mlx).get("max_recommended_working_set_size")
        if recommended is not None:
            facts["max_recommended_working_set_bytes"] = int(recommended)
    return facts


def _device_info(mlx: Any) -> Mapping[str, Any]:
    """Only on Metal, which keeps it: CUDA asks its driver every time."""
    ask = getattr(mlx, "device_info", None) or getattr(mlx.metal, "device_info", None)
    return ask() if ask is not None else {}


def identity() -> Dict[str, Any]:
    """Which process this is, seen from within its PID namespace."""
    start = {
        "start_ticks": start_ticks(),
        "start_time": darwin.start_time() if sys.platform == "darwin" else None,
    }
    return {"schema": SCHEMA, "pid": os.getpid(), **{key: value for key, value in start.items() if value is not None}}


def figures(mlx: Any) -> Dict[str, int]:
    """Bytes that the allocator holds now. The functions stood under mlx.core.metal before MLX 0.24."""
    metal = getattr(mlx, "metal", None)
    values = {}
    for kind in ("active", "cache", "peak"):
        name = f"get_{kind}_memory"
        get = getattr(mlx, name, None) or getattr(metal, name)
        values[f"{kind}_bytes"] = int(get())
    return values


def report(
    mlx: Any, who: Mapping[str, Any], facts: Mapping[str, Any], limits: Mapping[str, int], interval: float
) -> Dict[str, Any]:
    """One report, as docs/allocator.md describes it."""
    known = {f"{kind}_limit_bytes": value for kind, value in list(limits.items())}
    return {**who, "time": time.time(), "interval_seconds": interval, **facts, **known, **figures(mlx)}
