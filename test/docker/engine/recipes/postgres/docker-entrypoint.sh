#!/bin/sh
# The official image's makes a data folder and starts a server; nothing here may depend on that.
echo 'This is a stand-in of the official image for tests: it has no entry point. Give a command of your own with --entrypoint.' >&2
exit 64
