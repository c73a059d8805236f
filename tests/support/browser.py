"""The system's Chromium for tests: skipped where there is none, unless it is required."""

import os

import pytest

from s2n.s2nscanner.crawler.browser.find import why_not

REQUIRED = "S2N_REQUIRE_BROWSER"
"""Set to 1 where a missing browser is a failure: in CI, and in the image with the browser."""

_REASON = why_not()

needs_browser = pytest.mark.skipif(
    bool(_REASON) and os.environ.get(REQUIRED) != "1", reason=_REASON or "there is a browser"
)
"""Marks a test, or with ``pytestmark = needs_browser`` a module, that opens pages."""
