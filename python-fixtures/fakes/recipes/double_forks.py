# A daemon as in the textbook: forked twice, in a session of its own. The recipe itself ends well.
import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(3600)
    os._exit(0)
os.wait()
