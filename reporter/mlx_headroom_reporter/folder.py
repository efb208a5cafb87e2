"""Where reports go, and how one is written so that nobody ever reads half of it."""

import json
import os
import sys
from typing import Any, Mapping, Optional

SHARED = "/var/run/mlx-headroom" if sys.platform == "darwin" else "/run/mlx-headroom"
#: The exporter's group may read a report; in a folder with the set-group-ID bit that is the folder's group.
MODE = 0o640


def choose(
    environment: Mapping[str, str] = os.environ, shared: str = SHARED, platform: str = sys.platform
) -> Optional[str]:
    """The folder for reports, or None where there is none: then nothing is reported, and nobody needs to know."""
    configured = environment.get("MLX_HEADROOM_REPORT_DIR", "")
    if configured != "":
        return os.path.abspath(configured)
    if os.path.isdir(shared) and os.access(shared, os.W_OK | os.X_OK):
        return shared
    of_user = _caches() if platform == "darwin" else environment.get("XDG_RUNTIME_DIR", "")
    if not os.path.isabs(of_user) or not os.path.isdir(of_user):
        return None
    folder = os.path.join(of_user, "mlx-headroom")
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:
        pass
    except OSError:
        return None
    return folder


def _caches() -> str:
    """The user's folder for caches on macOS, or "". Not by HOME, which sudo leaves as it was: root's file would bar the user's."""
    try:
        import pwd

        return os.path.join(pwd.getpwuid(os.geteuid()).pw_dir, "Library", "Caches")
    except Exception:
        return ""


class ReportFile:
    """The file of one process, named by its pid."""

    def __init__(self, folder: str) -> None:
        pid = os.getpid()
        self.path = os.path.join(folder, f"{pid}.json")
        # A name that nobody can guess: the folder may be everybody's.
        self._draft = os.path.join(folder, f".{pid}.{os.urandom(6).hex()}")

    def write(self, report: Mapping[str, Any]) -> None:
        """Replaces the file at once. A link in its place is replaced, never followed."""
        text = json.dumps(report, separators=(",", ":"), allow_nan=False).encode()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(self._draft, flags, MODE)
        try:
            try:
                # The program's umask is not meant for this file.
                os.fchmod(descriptor, MODE)
                os.write(descriptor, text)
            finally:
                os.close(descriptor)
            os.rename(self._draft, self.path)
        except BaseException:
            _remove(self._draft)
            raise

    def remove(self) -> None:
        """Never raises: a file that stays behind speaks of a process that is gone, and is not believed."""
        _remove(self.path)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass
