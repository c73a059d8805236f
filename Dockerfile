# The images of s2n. No syntax line on purpose: nothing but the base images is fetched, and docker (with BuildKit
# or without) and podman build it.
#
#   docker build --target dev     -t s2n:dev .
#   docker build --target prod    -t s2n:latest .
#   docker build --target browser -t s2n:browser .
#
# scripts/image does it, with version, revision and protocol filled in. docs/images.md says what is inside.

# Both can be pinned: --build-arg PYTHON_PROD=python:3.11-slim-bookworm@sha256:…
ARG PYTHON_DEV=python:3.11
ARG PYTHON_PROD=python:3.11-slim-bookworm

# ---- base: what dev and prod share: the environment /opt/s2n with the pinned dependencies in it ----------------
FROM ${PYTHON_DEV} AS base
# A mirror of PyPI, where there is one; unset, pip's own default counts.
ARG PIP_INDEX_URL
ENV PATH=/opt/s2n/bin:/usr/local/bin:/usr/bin:/bin \
    HOME=/tmp \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONSAFEPATH=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/s2n && mkdir /opt/s2n/plugins
WORKDIR /build
# Dependencies first, the source last: a change of the source reinstalls none of them.
COPY requirements.txt .
RUN /usr/local/bin/python -m pip --python /opt/s2n/bin/python install --require-hashes -r requirements.txt

# ---- dev: compiler, debugger, test tools; the source lies in /app and is imported from there --------------------
FROM base AS dev
WORKDIR /app
COPY requirements-dev.txt .
RUN /usr/local/bin/python -m pip --python /opt/s2n/bin/python install --require-hashes -r requirements-dev.txt
COPY pyproject.toml README.md LICENSE ./
COPY src src
# A checkout made under umask 077 must be readable to the user below as well.
RUN chmod -R a+rX /app
ARG BUILD_ENV=dev
ARG VERSION=0.0.0
ARG REVISION=unknown
ARG PROTOCOL=0
ENV APP_ENV=${BUILD_ENV} \
    PYTHONPATH=/app/src
LABEL org.opencontainers.image.title="s2n (dev)" \
      org.opencontainers.image.description="s2n with its development tools, debug log and tracebacks" \
      org.opencontainers.image.source="https://github.com/s2n-scanner/s2n" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      io.s2n.protocol="${PROTOCOL}"
USER 10001:10001
ENTRYPOINT ["python", "-m", "s2n.s2nscanner.runner"]

# ---- builder: what prod copies ----------------------------------------------------------------------------------
FROM base AS builder
# Left out, because nothing can load it: zstandard's second backend (CPython takes the first), the compiler of cffi
# (cryptography loads its backend only), debug symbols, and the lexers of Pygments but those rich names itself.
# Bytecode is not checked against the source at each start.
RUN cd /opt/s2n/lib/python3.11/site-packages \
 && rm -rf zstandard/_cffi.*.so zstandard/backend_cffi.py cffi pycparser pycparser-*.dist-info \
 && find pygments/lexers -name '*.py' ! -name __init__.py ! -name _mapping.py ! -name python.py ! -name special.py -delete \
 && find . -name '*.so' -exec strip --strip-unneeded {} + \
 && /opt/s2n/bin/python -m compileall -q -f -j 0 --invalidation-mode unchecked-hash /opt/s2n/lib
COPY src/s2n /opt/s2n/lib/python3.11/site-packages/s2n
# The command line, the journal and the vulnerable lab belong to the host.
RUN cd /opt/s2n/lib/python3.11/site-packages/s2n \
 && rm -rf cli store lab __main__.py \
 && /opt/s2n/bin/python -m compileall -q -f -j 0 --invalidation-mode unchecked-hash . \
 && chmod -R a+rX /opt/s2n

# ---- prod: slim, unprivileged, nothing in it to write to --------------------------------------------------------
FROM ${PYTHON_PROD} AS prod
ENV PATH=/opt/s2n/bin:/usr/local/bin:/usr/bin:/bin \
    HOME=/tmp \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONSAFEPATH=1
WORKDIR /tmp
COPY --from=builder /opt/s2n /opt/s2n
# The official image holds no bytecode of the standard library, so that each start would compile it again: a scan
# of a closed port (exit code 3) leaves the bytecode of all that a scan loads.
RUN PYTHONDONTWRITEBYTECODE= python -m s2n.s2nscanner.runner scan -u http://127.0.0.1:9 >/dev/null 2>&1; test $? -eq 3
ARG BUILD_ENV=prod
ARG VERSION=0.0.0
ARG REVISION=unknown
ARG PROTOCOL=0
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

# ---- chromium: Debian's, and what it needs to run without a screen; all files that this adds lie in /added -------
FROM ${PYTHON_PROD} AS chromium
# Debian's package wants a tool that shows messages on a screen, one that opens links in other programs, and the
# desktop's file dialogs: with them come GTK, Mesa, LLVM and Perl, 300 MB that a headless browser never loads. An
# empty package that claims to be all three leaves them out, and the list of what is installed stays true.
# libatomic1 is for the node of Playwright. The validation layer of Vulkan is for those who develop with it.
RUN mkdir -p /headless/DEBIAN \
 && printf '%s\n' 'Package: s2n-headless' 'Version: 1' 'Architecture: all' 'Maintainer: s2n' \
      'Provides: x11-utils, xdg-utils, xdg-desktop-portal-backend' \
      'Description: stands in for the desktop that Chromium asks for' >/headless/DEBIAN/control \
 && dpkg-deb --build /headless /headless.deb \
 && touch /before \
 && apt-get update \
 && apt-get install -y --no-install-recommends /headless.deb chromium libatomic1 \
 && rm -f /usr/lib/chromium/libVkLayer_* /usr/lib/chromium/libVkICD_mock_* /usr/lib/chromium/*.TOC \
 && find /usr/lib/chromium/locales -type f ! -name 'en-US.*' -delete \
 && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* /usr/share/doc/* /usr/share/man/* /usr/share/locale/* \
 && mkdir /added \
 && find / -xdev -path /added -prune -o -cnewer /before ! -type d ! -path '/tmp/*' -print0 \
    | tar --create --null --files-from - | tar --extract --directory /added

# ---- playwright: what drives it; all files that this adds lie in /added ------------------------------------------
FROM base AS playwright
COPY requirements-browser.txt .
# Left out: the pages on which Playwright shows traces and recordings to people, its tools, and debug symbols.
RUN touch /before \
 && /usr/local/bin/python -m pip --python /opt/s2n/bin/python install --require-hashes -r requirements-browser.txt \
 && cd /opt/s2n/lib/python3.11/site-packages \
 && rm -rf playwright/driver/package/lib/vite playwright/driver/package/lib/tools playwright/driver/package/types \
 && find playwright greenlet \( -name '*.so' -o -name node \) -exec strip --strip-unneeded {} + \
 && /opt/s2n/bin/python -m compileall -q -f -j 0 --invalidation-mode unchecked-hash playwright greenlet \
 && mkdir /added \
 && find /opt/s2n -cnewer /before ! -type d -print0 \
    | tar --create --null --files-from - | tar --extract --directory /added

# ---- browser: prod, and both on top; a change of the source downloads and installs nothing, and both layers stay --
FROM prod AS browser
COPY --from=chromium /added /
COPY --from=playwright /added /
LABEL org.opencontainers.image.title="s2n (browser)" \
      org.opencontainers.image.description="s2n with a Chromium, for sites whose pages are made by scripts"
