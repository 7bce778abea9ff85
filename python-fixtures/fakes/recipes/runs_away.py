# Each process forks the next one and ends: a process id that is known is an old one.
import os

if os.fork() == 0:
    os.setsid()
    while True:
        if os.fork():
            os._exit(0)
