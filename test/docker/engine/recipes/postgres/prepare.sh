#!/bin/sh
# The account and the folders of the official image. $1: its volume.
set -e
getent passwd postgres >/dev/null || {
  groupadd --system --gid 999 postgres
  useradd --system --gid 999 --uid 999 --home-dir /var/lib/postgresql --shell /bin/bash postgres
}
install -d -o postgres -g postgres -m 1777 /var/lib/postgresql "$1"
install -d -o postgres -g postgres -m 3777 /var/run/postgresql
