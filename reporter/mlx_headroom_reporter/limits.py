"""MLX's own limits: set once from the environment, and known whenever the program sets them itself.

MLX tells nobody what its limits are, so the three functions that set them are watched. Reading a limit by setting it
and setting it back would race with the program, and has side effects of its own.
"""

import functools
from typing import Any, Dict

from .complaint import complain
from .settings import wanted_limit

KINDS = ("memory", "cache", "wired")


def apply_and_watch(mlx: Any, backend: str) -> Dict[str, int]:
    """Sets what the environment asks for, and returns the limits in force as far as they are known, kept up to date."""
    known: Dict[str, int] = {}
    for kind in KINDS:
        setter = getattr(mlx, f"set_{kind}_limit", None)
        # Elsewhere MLX takes a wired limit and does nothing with it: nobody shall be told that it is in force.
        if setter is None or (kind == "wired" and backend != "metal"):
            continue
        watched = _watched(setter, kind, known)
        limit = wanted_limit(kind)
        if limit is not None:
            try:
                watched(limit)
            except Exception as error:
                complain(f"MLX did not take the {kind} limit of {limit} bytes", error)
        try:
            setattr(mlx, f"set_{kind}_limit", watched)
        except Exception as error:
            complain(f"later changes of the {kind} limit will not be noticed", error)
    return known


def _watched(setter: Any, kind: str, known: Dict[str, int]) -> Any:
    @functools.wraps(setter)
    def set_limit(*args: Any, **kwargs: Any) -> Any:
        previous = setter(*args, **kwargs)
        try:
            known[kind] = int(next(iter((*args, *kwargs.values()))))
        except Exception:
            # MLX took it and we do not understand it: what was known is known no longer.
            known.pop(kind, None)
        return previous

    return set_limit
