# It has nothing of ours: no environment, no descriptors, a session of its own.
import subprocess
import sys

program = "import time; time.sleep(3600)"
subprocess.Popen([sys.executable, "-c", program], start_new_session=True, env={}, close_fds=True)
