# An interpreter of this machine's pyenv, laid out as the official image does.
ARG BASE
FROM $BASE
ARG MAJOR
ARG VERSION
COPY source/ /usr/local/
RUN cd /usr/local/bin && for name in python3 python; do ln -s python$MAJOR $name; done \
  && ldconfig \
  && python3 -B -m ensurepip --default-pip
ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV LANG=C.UTF-8 PYTHON_VERSION=$VERSION
CMD ["python3"]
