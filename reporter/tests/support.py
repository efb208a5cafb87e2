"""Runs programs with and without the reporter, and imports it from this checkout."""

import json
import os
import subprocess
import sys
import tempfile
import time
import types
from pathlib import Path

TESTS = Path(__file__).resolve().parent
REPORTER = TESTS.parent
sys.path.insert(0, str(REPORTER))


def fake_mlx(**overrides):
    """A module like mlx.core, changed as a test wants it."""
    namespace = {}
    exec((TESTS / "fake/mlx/core.py").read_text(), namespace)
    return types.SimpleNamespace(**{**namespace, **overrides})


def environment(**variables):
    """The fake MLX in reach, and nothing set that would steer the reporter."""
    steering = ("MLX_HEADROOM_", "PYTHON", "XDG_RUNTIME_DIR")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(steering)}
    return {**kept, "PYTHONPATH": f"{TESTS / 'fake'}", **variables}


def run(arguments, reported, variables=None, **options):
    """Runs Python with these arguments, under the reporter or alone."""
    prefix, env = [], environment(**(variables or {}))
    if reported:
        prefix = ["-m", "mlx_headroom_reporter"]
        env["PYTHONPATH"] = os.pathsep.join([str(REPORTER), env["PYTHONPATH"]])
    return subprocess.run(
        [sys.executable, *prefix, *arguments], env=env, capture_output=True, timeout=60, **options
    )


def script(folder, text, name="program.py"):
    path = Path(folder) / name
    path.write_text(text)
    return str(path)


def eventually(look, seconds=20):
    """What `look` gives as soon as it gives something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            found = look()
        except (OSError, json.JSONDecodeError):
            found = None
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("it never came")


def folder():
    return tempfile.TemporaryDirectory(prefix="mlx-headroom-reporter-")
