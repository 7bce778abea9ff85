#!/bin/sh
# The original's writes a configuration from the environment; nothing here may depend on that.
echo 'This is a stand-in of edoburu/pgbouncer for tests: it has no entry point. Give a command of your own with --entrypoint.' >&2
exit 64
