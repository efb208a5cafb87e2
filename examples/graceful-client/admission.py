"""Tells when to refuse work because a workload is short of memory, by what mlx-headroom publishes. Standard library only."""

import re
import threading
import time
import urllib.request


class Admission:
    """`refuse()` returns None where a request may be taken, else the seconds after which to ask again."""

    def __init__(
        self,
        workload,
        metrics="http://127.0.0.1:10836/metrics",
        least=0.10,  # of the binding limit left: below this, nothing new
        enough=0.15,  # and not before this much is left again
        every=2.0,  # seconds that one look is good for
        retry_after=10,  # seconds
        resources=("memory",),
        fetch=None,
        clock=time.monotonic,
    ):
        self._series = re.compile(
            r"^mlx_workload_headroom_ratio\{(?=[^}]*workload=\"%s\")(?=[^}]*resource=\"(?:%s)\")[^}]*\} (\S+)"
            % (re.escape(workload), "|".join(resources)),
            re.MULTILINE,
        )
        self._metrics, self._least, self._enough = metrics, least, enough
        self._every, self._retry_after = every, retry_after
        self._fetch, self._clock = fetch or self._read, clock
        self._lock = threading.Lock()
        self._looked, self._refusing = None, False

    def refuse(self):
        with self._lock:
            now = self._clock()
            if self._looked is None or now - self._looked >= self._every:
                self._looked = now
                left = self._left()
                # Not to know is no reason to refuse: an exporter that is down must not take the service with it.
                self._refusing = left is not None and left < (self._enough if self._refusing else self._least)
            return self._retry_after if self._refusing else None

    def _left(self):
        try:
            return min(map(float, self._series.findall(self._fetch())), default=None)
        except (OSError, ValueError):
            return None

    def _read(self):
        with urllib.request.urlopen(self._metrics, timeout=1) as answer:
            return answer.read().decode()
