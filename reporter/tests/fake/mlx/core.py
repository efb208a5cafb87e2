"""Stands where mlx.core stands, so that these tests need no MLX. test/integration has the real one."""

import types

__version__ = "0.0.1"
calls = []
metal = types.SimpleNamespace(is_available=lambda: False)
cuda = types.SimpleNamespace(is_available=lambda: False)
_limits = {"memory": 800, "cache": 32, "wired": 0}


def get_active_memory():
    return 300


def get_cache_memory():
    return 20


def get_peak_memory():
    return 400


def set_memory_limit(limit):
    """Set the memory limit."""
    if limit < 0:
        raise ValueError("no such limit")
    calls.append(("memory", limit))
    previous, _limits["memory"] = _limits["memory"], limit
    return previous


def set_cache_limit(limit):
    calls.append(("cache", limit))
    previous, _limits["cache"] = _limits["cache"], limit
    return previous


def set_wired_limit(limit):
    calls.append(("wired", limit))
    return 0
