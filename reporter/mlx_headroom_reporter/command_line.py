"""The command line of the program, out of the one that names the reporter."""

import os
import shutil
from typing import List, Optional, Sequence

MODULE = "mlx_headroom_reporter"


def program_command(
    original: Sequence[str], arguments: Sequence[str], scripts: Optional[str] = None
) -> List[str]:
    """`python -um mlx_headroom_reporter -m mlx_lm server` → `python -u -m mlx_lm server`.

    `original` is sys.orig_argv, `arguments` what stands after the reporter. A bare name that is no file, such as
    `mlx_lm.server`, is looked up among the `scripts` of this Python and in PATH.
    """
    head = list(original[: len(original) - len(arguments)])
    return without_module(head) + with_script(list(arguments), scripts)


def without_module(head: Sequence[str]) -> List[str]:
    """Python's own options, without `-m mlx_headroom_reporter` in any way to write it."""
    last = head[-1]
    if last.startswith("-"):
        options, kept = last[: -len(MODULE)], head[:-1]
    else:
        options, kept = head[-2], head[:-2]
    # `-um` holds another option besides.
    others = options[:-1]
    return [*kept, others] if others != "-" else list(kept)


def with_script(arguments: List[str], scripts: Optional[str]) -> List[str]:
    name = arguments[0]
    if name.startswith("-") or os.sep in name or os.path.exists(name):
        return arguments
    found = shutil.which(name, path=os.pathsep.join(filter(None, [scripts, os.environ.get("PATH")])))
    return [found, *arguments[1:]] if found is not None and is_python(found) else arguments


def is_python(path: str) -> bool:
    """Whether the first line of a script names Python, or a shell that goes on to start it, as installers write it."""
    try:
        with open(path, "rb") as file:
            lines = file.read(512).split(b"\n")[:2]
    except OSError:
        return False
    return lines[0].startswith(b"#!") and b"python" in b"".join(lines)
