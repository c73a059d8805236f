# syntax-free on purpose: builds with BuildKit and without, and where no registry can be reached.
#
#   docker build --target dev  --build-arg BUILD_ENV=dev -t s2n:dev .
#   docker build --target prod -t s2n:latest .
#
# scripts/image does both, with versions and labels filled in.

ARG PYTHON_DEV=python:3.11
ARG PYTHON_PROD=python:3.11-slim-bookworm

# ---- builder: what prod needs, and nothing else, in /opt/s2n -----------------------------------------------
FROM ${PYTHON_DEV} AS builder
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/s2n
WORKDIR /build
# Dependencies first: a change of the source reinstalls none of them.
COPY requirements.txt .
RUN python -m pip --python /opt/s2n/bin/python install --require-hashes --no-compile -r requirements.txt \
 && /opt/s2n/bin/python -m compileall -q -j 0 /opt/s2n/lib
COPY src/s2n /opt/s2n/lib/python3.11/site-packages/s2n
RUN /opt/s2n/bin/python -m compileall -q -j 0 /opt/s2n/lib/python3.11/site-packages/s2n

# ---- base: what every image that runs scans has in common ---------------------------------------------------
FROM ${PYTHON_PROD} AS base
ENV PATH=/opt/s2n/bin:/usr/local/bin:/usr/bin:/bin \
    HOME=/tmp \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
RUN mkdir -p /opt/s2n/plugins
WORKDIR /tmp

# ---- prod: slim, unprivileged, read-only if you like ---------------------------------------------------------
FROM base AS prod
COPY --from=builder /opt/s2n /opt/s2n
ARG BUILD_ENV=prod
ARG VERSION=0.0.0
ARG REVISION=unknown
ARG PROTOCOL=1
ENV APP_ENV=${BUILD_ENV}
LABEL org.opencontainers.image.title="s2n" \
      org.opencontainers.image.description="A web vulnerability scanner whose findings can be proved and replayed" \
      org.opencontainers.image.source="https://github.com/s2n-scanner/s2n" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      io.s2n.protocol="${PROTOCOL}"
USER 10001:10001
ENTRYPOINT ["python", "-m", "s2n.s2nscanner.runner"]

# ---- browser: prod and Debian's Chromium ---------------------------------------------------------------------
FROM prod AS browser
USER 0:0
RUN apt-get update \
 && apt-get install -y --no-install-recommends chromium \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
USER 10001:10001

# ---- dev: compiler, debugger, test tools; the source lies in /app and is imported from there -----------------
FROM ${PYTHON_DEV} AS dev
ENV PATH=/opt/s2n/bin:/usr/local/bin:/usr/bin:/bin \
    HOME=/tmp \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPATH=/app/src \
    PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/s2n && mkdir -p /opt/s2n/plugins
WORKDIR /app
COPY requirements-dev.txt .
RUN python -m pip --python /opt/s2n/bin/python install --require-hashes -r requirements-dev.txt
COPY pyproject.toml README.md LICENSE ./
COPY src src
ARG BUILD_ENV=dev
ARG VERSION=0.0.0
ARG REVISION=unknown
ARG PROTOCOL=1
ENV APP_ENV=${BUILD_ENV}
LABEL org.opencontainers.image.title="s2n (dev)" \
      org.opencontainers.image.description="s2n with its development tools, debug log and tracebacks" \
      org.opencontainers.image.source="https://github.com/s2n-scanner/s2n" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      io.s2n.protocol="${PROTOCOL}"
USER 10001:10001
ENTRYPOINT ["python", "-m", "s2n.s2nscanner.runner"]
