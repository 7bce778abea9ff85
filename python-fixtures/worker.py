"""The worker: one process for one client, started by harness/run/worker.ts as `python -I -B worker.py`.

First line in: WorkerStart; first line out: Hello. After that one request line in, one answer line out, until
the input ends. The shapes are in harness/core/protocol.ts. The client's library is imported here, once; every
recipe then runs in a fork of its own (runner/watch.py), so nothing that a recipe does to this process
outlives it.
"""

from __future__ import annotations

import os
import sys

# -I keeps the script's folder off the path, so that nothing beside it can shadow what a client imports.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from runner.serve import main

if __name__ == "__main__":
    os._exit(main())  # taking an interpreter with a large library apart takes 150 ms
