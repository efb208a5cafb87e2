"""`python -m mlx_headroom_reporter PROGRAM …`: becomes the program, with the reporter waiting in it for mlx.core.

The interpreter is executed anew with the program's own command line: the same pid, and argv, `__main__`, exit code,
signals and tracebacks are those of the program because nothing of ours runs it.
"""

import os
import sys
from typing import Dict, Mapping

from . import __version__
from .command_line import program_command
from .complaint import complain

USAGE = """\
Usage: python -m mlx_headroom_reporter SCRIPT [ARGUMENT ...]
       python -m mlx_headroom_reporter -m MODULE [ARGUMENT ...]

Runs a Python program and reports what MLX's allocator holds, from its import of mlx.core on. Environment:
  MLX_HEADROOM_REPORT_DIR       where reports go (/run/mlx-headroom, else $XDG_RUNTIME_DIR/mlx-headroom;
                                on macOS /var/run/mlx-headroom, else ~/Library/Caches/mlx-headroom)
  MLX_HEADROOM_REPORT_INTERVAL  seconds from one report to the next (5)
  MLX_HEADROOM_MEMORY_LIMIT     MLX's memory, cache and wired limits, set once:
  MLX_HEADROOM_CACHE_LIMIT      bytes, or 512MiB, 1.5GiB
  MLX_HEADROOM_WIRED_LIMIT
"""


def environment_with_preload(environment: Mapping[str, str]) -> Dict[str, str]:
    preload = os.path.join(os.path.dirname(os.path.abspath(__file__)), "preload")
    given = environment.get("PYTHONPATH", "")
    # An empty entry among others means the current folder, and stays.
    others = [entry for entry in given.split(os.pathsep) if entry != preload] if given != "" else []
    return {**environment, "PYTHONPATH": os.pathsep.join([preload, *others])}


def main() -> None:
    arguments = sys.argv[1:]
    if not arguments or arguments[0] in ("-h", "--help", "--version"):
        wanted = bool(arguments)
        text = f"{__version__}\n" if arguments[:1] == ["--version"] else USAGE
        (sys.stdout if wanted else sys.stderr).write(text)
        sys.exit(0 if wanted else 2)
    if sys.flags.ignore_environment or sys.flags.no_site:
        complain("Python's options -E, -I and -S leave the reporter out")
    command = program_command(sys.orig_argv, arguments, os.path.dirname(sys.executable))
    os.execve(sys.executable, command, environment_with_preload(os.environ))


main()
