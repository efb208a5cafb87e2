"""Asks the admission of examples/graceful-client once for each text told on stdin, a second apart."""

import json
import sys

sys.dont_write_bytecode = True
told = json.load(sys.stdin)
sys.path.insert(0, told["examples"])

from admission import Admission  # noqa: E402

now = 0.0


def fetch():
    text = told["texts"][int(now)]
    if text is None:
        raise OSError("nobody listens")
    return text


admission = Admission(told["workload"], fetch=fetch, clock=lambda: now, **told["options"])
said = []
for second, _ in enumerate(told["texts"]):
    now = float(second)
    said.append(admission.refuse())
print(json.dumps(said))
