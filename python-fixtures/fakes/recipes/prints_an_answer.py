# What the harness would take for a success, on standard output and standard error.
import json
import sys

seen = {"type": "int", "repr": "1"}
identity = {"serverVersionNum": 180004, "runId": "run", "nonce": "nonce", "backendPid": 1}
told = {"outcome": "returned", "value": seen, "expected": seen, "equal": True, "identity": identity}
for stream in (sys.stdout, sys.stderr):
    print(
        json.dumps({"id": 1, "nonce": "n", "ms": 1, "cpuMs": 1, "output": "", **told}),
        file=stream,
        flush=True,
    )
raise ValueError("the truth")
