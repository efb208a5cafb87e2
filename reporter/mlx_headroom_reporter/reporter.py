"""The thread that reports, in this process and in those that are forked from it."""

import atexit
import os
import signal
import threading
from typing import Any

from . import folder, limits, report, settings
from .complaint import complain

#: What the kernel calls the thread; at most 15 bytes.
THREAD_NAME = "mlx-headroom"


_begun = False


def begin(mlx: Any) -> None:
    """Sets the limits that the environment asks for, and reports from now on; once. `mlx` is the module mlx.core."""
    global _begun
    if _begun:
        return
    _begun = True
    backend = report.backend_of(mlx)
    known_limits = limits.apply_and_watch(mlx, backend)
    if folder.choose() is not None:
        _Reporter(mlx, report.facts_of(mlx, backend), known_limits).start()


class _Reporter:
    def __init__(self, mlx: Any, facts: Any, known_limits: Any) -> None:
        self._mlx = mlx
        self._facts = facts
        self._limits = known_limits
        self._interval = settings.interval_seconds()

    def start(self) -> None:
        self._start_thread()
        os.register_at_fork(after_in_child=self._start_again)
        atexit.register(self._stop)

    def _start_again(self) -> None:
        """A forked child has another pid, and no thread but its own."""
        try:
            self._start_thread()
        except Exception as error:
            complain("nothing will be reported of a forked process", error)

    def _start_thread(self) -> None:
        target = folder.choose()
        self._file = folder.ReportFile(target) if target is not None else None
        # New ones after a fork: the thread that may have held them is not there.
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=THREAD_NAME, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        ended, file = self._ended, self._file
        _name_thread()
        try:
            # Signals are for the program's threads: one that came here would wake none of them.
            signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
            who = report.identity()
            while file is not None:
                self._write(file, who)
                if ended.wait(self._interval):
                    return
        except Exception as error:
            complain("nothing will be reported any more", error)

    def _write(self, file: folder.ReportFile, who: Any) -> None:
        try:
            file.write(report.report(self._mlx, who, self._facts, self._limits, self._interval))
        except OSError as error:
            # A full disk or a folder that went and comes back: the next report may fare better.
            complain(f"{file.path} cannot be written", error)

    def _stop(self) -> None:
        """The thread is gone before the interpreter takes itself apart, and its file with it."""
        self._ended.set()
        self._thread.join(1)
        if self._file is not None:
            self._file.remove()


def _name_thread() -> None:
    """Python tells the kernel the names of its threads from 3.14 on."""
    try:
        with open(f"/proc/self/task/{threading.get_native_id()}/comm", "w") as comm:
            comm.write(THREAD_NAME)
    except OSError:
        pass
