"""What the environment asks for."""

import os
import re
from typing import Mapping, Optional

from .complaint import complain

_UNITS = {"": 1, "B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3, "TiB": 1024**4}
_SIZE = re.compile(r"\s*([0-9]{1,19}(?:\.[0-9]{1,9})?)\s*([A-Za-z]*)\s*")

DEFAULT_INTERVAL = 5.0
SHORTEST_INTERVAL = 1.0
LONGEST_INTERVAL = 3600.0


def parse_bytes(text: str) -> int:
    """`4096`, `512MiB` or `1.5 GiB`; ValueError for anything else."""
    match = _SIZE.fullmatch(text)
    unit = None if match is None else _UNITS.get(match.group(2))
    if match is None or unit is None:
        raise ValueError(f"'{text[:40]}' is no number of bytes such as 4096, 512MiB or 1.5GiB")
    return int(match.group(1)) * unit if "." not in match.group(1) else int(float(match.group(1)) * unit)


def wanted_limit(kind: str, environment: Mapping[str, str] = os.environ) -> Optional[int]:
    """Bytes of MLX_HEADROOM_{MEMORY,CACHE,WIRED}_LIMIT; None when it is not set, or means nothing."""
    name = f"MLX_HEADROOM_{kind.upper()}_LIMIT"
    text = environment.get(name, "")
    if text == "":
        return None
    try:
        return parse_bytes(text)
    except ValueError as error:
        complain(f"{name} is left out", error)
        return None


def interval_seconds(environment: Mapping[str, str] = os.environ) -> float:
    """Seconds from one report to the next, within an hour: a shorter one than a second tells nobody more."""
    text = environment.get("MLX_HEADROOM_REPORT_INTERVAL", "")
    if text == "":
        return DEFAULT_INTERVAL
    try:
        # min and max would let NaN through.
        seconds = float(text)
        if seconds > 0:
            return min(LONGEST_INTERVAL, max(SHORTEST_INTERVAL, seconds))
        raise ValueError(f"'{text[:40]}' is no number of seconds above 0")
    except ValueError as error:
        complain("MLX_HEADROOM_REPORT_INTERVAL is left out", error)
        return DEFAULT_INTERVAL
