# PgBouncer of Debian's, under the paths of edoburu/pgbouncer and with BusyBox for a shell, as on Alpine.
ARG BASE
FROM $BASE
COPY entrypoint.sh /entrypoint.sh
# The mirror's lists may be older than they say that they are good for; they are signed all the same.
RUN apt-get -o Acquire::Check-Valid-Until=false update \
  && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends pgbouncer busybox \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* /usr/share/doc /usr/share/man /usr/share/locale \
  && { getent passwd postgres >/dev/null || useradd --system --user-group --no-create-home postgres; } \
  && usermod --uid 70 postgres && groupmod --gid 70 postgres \
  && mv /usr/sbin/pgbouncer /usr/bin/ \
  && for name in sh cat head timeout; do ln -s /usr/bin/busybox /usr/local/bin/$name; done
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
EXPOSE 5432
USER postgres
ENTRYPOINT ["/entrypoint.sh"]
CMD ["/usr/bin/pgbouncer", "/etc/pgbouncer/pgbouncer.ini"]
