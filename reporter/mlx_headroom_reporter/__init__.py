"""Writes what MLX's allocator holds to a small file, every few seconds, for the exporter of mlx-headroom to read.

`python -m mlx_headroom_reporter PROGRAM …` runs a program with it; `start()` is for programs that would rather say so
themselves. Nothing else is imported here: this is loaded into every Python that a reported program starts.
"""

__version__ = "0.1.0"


def start() -> None:
    """Reports from now on if mlx.core has been imported, and else from its import on. Never raises."""
    from . import hook, reporter

    hook.when_imported("mlx.core", reporter.begin)
