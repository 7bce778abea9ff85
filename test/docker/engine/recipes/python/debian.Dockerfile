# A Python of Debian's, under the paths of the official image and with a pip of its own.
ARG BASE
FROM $BASE
ARG MAJOR
ARG VERSION
RUN rm /usr/lib/python$MAJOR/EXTERNALLY-MANAGED \
  && for name in python$MAJOR python3 python; do ln -s /usr/bin/python$MAJOR /usr/local/bin/$name; done \
  && wheel=$(ls /usr/share/python-wheels/pip-*.whl) \
  && python3 -B "$wheel/pip" install --no-index --no-cache-dir --no-compile "$wheel"
ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV LANG=C.UTF-8 PYTHON_VERSION=$VERSION
CMD ["python3"]
