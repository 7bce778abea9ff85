"""A server whose queue is full: the system drops every further attempt to connect, as a host does that is not there."""

import socket
import sys

server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen(0)
queue = []
for _ in range(8):
    queue.append(socket.socket())
    queue[-1].setblocking(False)
    queue[-1].connect_ex(server.getsockname())
print(server.getsockname()[1], flush=True)
sys.stdin.read()
