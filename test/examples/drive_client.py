"""Runs the client of examples/graceful-client as told on stdin, by a clock of its own, and prints what it did."""

import json
import random
import sys
import urllib.error

sys.dont_write_bytecode = True
told = json.load(sys.stdin)
sys.path.insert(0, told["examples"])

from graceful_client import GaveUp, complete  # noqa: E402


def one(seed):
    now, waits, draws = 0.0, [], random.Random(seed)

    def sleep(seconds):
        nonlocal now
        waits.append(seconds)
        now += seconds

    did = {"waits": waits}
    try:
        answer, server = complete(
            {"messages": []}, told["servers"], sleep=sleep, clock=lambda: now, draw=draws.uniform, **told["options"]
        )
        did.update(answer=answer, model=server["model"])
    except GaveUp as error:
        did.update(gaveUp=str(error), cause=type(error.__cause__).__name__)
    except urllib.error.HTTPError as error:
        did.update(refused=error.code)
    except OSError as error:
        did.update(broke=type(error).__name__)
    return did


print(json.dumps([one(seed) for seed in range(told["clients"])]))
