import os
import signal
import time

if os.fork() == 0:
    os.setsid()
    time.sleep(3600)
os.kill(os.getppid(), signal.SIGKILL)
time.sleep(3600)
