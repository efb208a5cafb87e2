"""Asks a model server without making its bad moment worse. Standard library only, Python 3.10 or newer."""

import http.client
import json
import random
import time
import urllib.error
import urllib.request
from email.utils import parsedate_to_datetime

# Too many requests, and what a server or the proxy before it says while it starts, restarts or has no room.
TRY_AGAIN = {429, 502, 503, 504}
# Of these the server says that it did not begin.
NOT_BEGUN = {429, 503}
# Nobody listens (yet), the server hangs, or it died while it worked: an answer that is cut off is no JSON.
BROKEN = (OSError, http.client.HTTPException, json.JSONDecodeError)


class GaveUp(Exception):
    """No server answered within the budget; `__cause__` is the last thing that went wrong."""


def complete(
    body,
    servers,
    budget=60.0,  # seconds for everything: all servers, all waits
    attempts=4,  # tries of each server
    timeout=30.0,  # seconds of silence before an answer is given up
    base=0.5,  # seconds: the first wait is below this, each further one below twice as much
    cap=20.0,  # seconds: no wait of our own is longer
    repeatable=True,  # False where asking twice does harm: then only what was not begun is asked again
    open_url=urllib.request.urlopen,
    sleep=time.sleep,
    clock=time.monotonic,
    draw=random.uniform,
):
    """Returns the answer of the first server in `servers` that gives one, as (answer, server).

    A server is `{"url": …, "model": …}`: first the one you want, then those you can live with.
    """
    ends = clock() + budget
    last = None
    for server in servers:
        for attempt in range(attempts):
            left = ends - clock()
            if left <= 0:
                raise GaveUp("the budget is spent") from last
            try:
                return _ask(server, body, min(timeout, left), open_url), server
            except urllib.error.HTTPError as error:
                with error:
                    if error.code not in (TRY_AGAIN if repeatable else NOT_BEGUN):
                        raise  # 4xx: our mistake, and the same again. 500: the request may be what breaks it.
                    last, asked = error, _retry_after(error.headers.get("Retry-After"))
            except BROKEN as error:
                if not repeatable and not _refused(error):
                    raise
                last, asked = error, 0.0
            if attempt + 1 == attempts:
                break
            # Full jitter: clients that failed together do not come back together. A server that says when
            # knows better, and is not met by all of them at once either.
            wait = asked + draw(0, min(cap, max(base * 2**attempt, asked / 2)))
            if wait >= ends - clock():
                break  # not worth waiting for here: the next server may answer at once
            sleep(wait)
    raise GaveUp("no server answered") from last


def _ask(server, body, timeout, open_url):
    request = urllib.request.Request(
        server["url"],
        data=json.dumps({**body, "model": server["model"]}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with open_url(request, timeout=timeout) as answer:
        return json.load(answer)


def _refused(error):
    return isinstance(getattr(error, "reason", error), ConnectionRefusedError)


def _retry_after(value):
    """Seconds that a Retry-After asks for, as a number or a date; 0 where there is none or it is nonsense."""
    if value is not None and value.isdecimal():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError, AttributeError):
        return 0.0
