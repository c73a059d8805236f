"""Starts Chromium so that it keeps to itself: no way out but the gate, no trace on the disk."""

import asyncio
import os
import shutil
import tempfile
from typing import NamedTuple

from playwright.async_api import Browser as Chromium
from playwright.async_api import Error, Playwright, async_playwright

from s2n.errors import RuntimeFailed
from s2n.s2nscanner.crawler.browser.find import chromium, why_not

LAUNCH_SECONDS = 60.0
"""A cold start on a busy machine takes some seconds; a browser that needs longer will not come."""

_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "FONTCONFIG_PATH")

MAX_HOME = 56
"""Characters of a folder in which Chromium can make a socket: 104 on macOS, less the 45 of its own name."""

_FEATURES = (
    "IsolateSandboxedIframes",
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning"),
    *("AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying"),
    *("AimEnabled", "PreconnectToSearch", "LensOverlay"),
)
"""Switched off: sandboxed frames in processes of their own, which load before they can be routed; and what
Playwright switches off, whose flag this one replaces."""

_FLAGS = (
    # Chromium's own sandbox needs privileges that a container without any does not have; what a page may
    # reach is bounded by the gate, and the container.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-popup-blocking",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--no-first-run",
    f"--disable-features={','.join(_FEATURES)}",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--proxy-bypass-list=<-loopback>",  # without it, loopback addresses bypass the proxy
)


class Launched(NamedTuple):
    """A running Chromium, what drives it, and the folder it calls home."""

    playwright: Playwright
    chromium: Chromium
    home: str

    async def close(self) -> None:
        """End the browser and its driver, and remove its home."""
        try:
            await _quietly(self.chromium)
        finally:
            try:
                await self.playwright.stop()
            finally:
                shutil.rmtree(self.home, ignore_errors=True)


def arguments(port: int) -> list[str]:
    """The command line for a Chromium whose only way out is the proxy at ``port``."""
    return [
        *_FLAGS,
        f"--proxy-server=http://127.0.0.1:{port}",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
        # Whose certificate the browser sees is the gate's; the site's are verified behind it.
        "--ignore-certificate-errors",
    ]


async def launch(port: int) -> Launched:
    """Start the system's Chromium, with the gate at ``port``.

    Raises:
        RuntimeFailed: there is none, or it does not start.
    """
    if reason := why_not():
        what, _, remedy = reason.partition(": ")
        raise RuntimeFailed(f"no browser: {what}", remedy)
    home = tempfile.mkdtemp(prefix="s2n-browser-")
    playwright: Playwright | None = None
    try:
        playwright = await _driver()
        # The profile is Playwright's own, new and removed; what Chromium writes beside it goes into home.
        browser = await playwright.chromium.launch(
            executable_path=chromium(),
            args=arguments(port),
            env=_environment(home),
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
            timeout=LAUNCH_SECONDS * 1000,
        )
    except BaseException as error:
        if playwright is not None:
            await playwright.stop()
        shutil.rmtree(home, ignore_errors=True)
        if playwright is None and isinstance(error, Exception):  # whatever it is, Playwright gives it no type
            raise RuntimeFailed(
                f"Playwright's driver does not start: {_reason(error)}",
                "its node needs libatomic1 (Debian: apt install libatomic1); else reinstall 's2n[browser]'",
            ) from error
        if isinstance(error, (Error, OSError)):
            raise RuntimeFailed(
                f"the browser {chromium()} does not start: {_reason(error)}",
                "run it by hand with --headless --no-sandbox to see why, or use the image with the browser",
            ) from error
        raise
    return Launched(playwright, browser, home)


async def _driver() -> Playwright:
    """Playwright's driver; it is not left behind where somebody is in a hurry."""
    starting = asyncio.ensure_future(async_playwright().start())
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        await (await starting).stop()
        raise


async def _quietly(browser: Chromium) -> None:
    try:
        await browser.close()
    except Error:
        return  # it is gone already


def _environment(home: str) -> dict[str, str | float | bool]:
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    if len(home) <= MAX_HOME:
        kept["TMPDIR"] = home
    return {
        **kept,
        "HOME": home,
        "XDG_CONFIG_HOME": home,
        "XDG_CACHE_HOME": home,
        "XDG_DATA_HOME": home,
    }


def _reason(error: BaseException) -> str:
    """What the browser itself said, what was fatal first; else what Playwright says."""
    lines = str(error).splitlines()
    own = [line.partition("[err] ")[2] for line in lines if "[err] " in line]
    fatal = [line for line in own if "FATAL" in line]
    return (fatal or own or lines or [type(error).__name__])[0][:300]
