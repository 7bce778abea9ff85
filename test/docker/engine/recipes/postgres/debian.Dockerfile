# A release that is in Debian's experimental distribution alone, laid out as the official image does.
ARG BASE
FROM $BASE
ARG MAJOR
ARG VERSION
ARG DATA
ARG VOLUME
COPY prepare.sh docker-entrypoint.sh /usr/local/bin/
RUN prepare.sh "$VOLUME"
# The mirror's lists may be older than they say that they are good for; they are signed all the same.
RUN sed 's/ sid / experimental /' /etc/apt/sources.list > /etc/apt/sources.list.d/experimental.list \
  && mkdir -p /etc/postgresql-common \
  && echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf \
  && apt-get -o Acquire::Check-Valid-Until=false update \
  && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    postgresql-$MAJOR/experimental postgresql-client-$MAJOR/experimental libpq5/experimental \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* /usr/share/doc /usr/share/man /usr/share/locale \
  && prepare.sh "$VOLUME"
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/$MAJOR/bin
ENV LANG=en_US.utf8 PG_MAJOR=$MAJOR PG_VERSION=$VERSION PGDATA=$DATA
VOLUME $VOLUME
EXPOSE 5432
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
