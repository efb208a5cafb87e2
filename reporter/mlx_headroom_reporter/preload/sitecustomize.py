"""Runs at the start of every Python that has this folder in its PYTHONPATH, before the program.

It puts sys.path back to what it would be without, waits for mlx.core, and lets the machine's own sitecustomize run, which
this one stands in front of. Plain enough for any Python 3: a reported program may start another one than its own.
"""

import sys


def _begin(preload):
    try:
        import importlib.util
        import os

        package = os.path.dirname(preload)
        # By its file: another Python's packages must not come into reach for the sake of this one.
        spec = importlib.util.spec_from_file_location(
            "mlx_headroom_reporter",
            os.path.join(package, "__init__.py"),
            submodule_search_locations=[package],
        )
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        module.start()
    except Exception:
        # Without reports the program is what it was.
        pass


def _run_own():
    """The sitecustomize that Python would have found, if there is one."""
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    spec = PathFinder.find_spec("sitecustomize", sys.path)
    if spec is not None and spec.loader is not None:
        module = module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


_preload = __file__.rpartition("/")[0]
while _preload in sys.path:
    sys.path.remove(_preload)
_begin(_preload)
_run_own()
