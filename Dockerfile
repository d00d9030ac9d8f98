# The emulator, for `docker run` and compose: docs/docker.md.
#
#   docker build -t cognito-emu .
#
# BASE may be any image with Python 3.11 or newer, pip, a shell and coreutils: where no public registry is reachable, one of your own.
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
# Without pip of its own: what installs is not needed to run. Every dependency has wheels, so no compiler is needed either.
RUN python -m venv --without-pip /opt/cognito-emu
COPY pyproject.toml README.md LICENSE /src/
COPY requirements /src/requirements
COPY cognito_emu /src/cognito_emu
COPY triggers /src/triggers
COPY mail /src/mail
RUN python -m pip --python /opt/cognito-emu/bin/python install --no-cache-dir --constraint /src/requirements/constraints.txt /src

FROM ${BASE}
COPY --from=build /opt/cognito-emu /opt/cognito-emu
# By number: it needs no account in the base, and Kubernetes sees that it is not root.
RUN install -d -o 10001 -g 10001 /data
ENV PATH=/opt/cognito-emu/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    COGNITO_EMU_HOST=0.0.0.0 \
    COGNITO_EMU_PORT=4566 \
    COGNITO_EMU_DATA=/data
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 4566
# http.client, because it takes no proxy from the environment; the base need not have curl.
HEALTHCHECK --interval=5s --timeout=4s --start-period=30s --retries=3 CMD ["python", "-c", "\
import http.client, os, sys; \
emulator = http.client.HTTPConnection('127.0.0.1', int(os.environ['COGNITO_EMU_PORT']), timeout=3); \
emulator.request('GET', '/_emu/health'); \
sys.exit(emulator.getresponse().status != 200)"]
ENTRYPOINT ["cognito-emu"]
CMD ["serve"]
