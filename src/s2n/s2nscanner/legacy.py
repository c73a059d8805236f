"""Plugins written for s2n 0.x: a blocking ``run(plugin_context)`` that returns results in several shapes."""

import asyncio
import inspect
import json
import logging
import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode, urljoin

from s2n.model import Confidence, Exchange, PluginInfo, Request, Response, Severity, now
from s2n.s2nscanner.interfaces import PluginConfig, PluginContext, ScanConfig, ScanContext, ScannerConfig
from s2n.s2nscanner.sdk import CheckContext, Claim

T = TypeVar("T")

KEPT = 200
"""Exchanges kept as evidence for what the plugin reports afterwards."""


def is_legacy(plugin: object) -> bool:
    """Is its ``run`` one that blocks?"""
    run = getattr(plugin, "run", None)
    return callable(run) and not inspect.iscoroutinefunction(run) and not inspect.isasyncgenfunction(run)


class LegacyPlugin:
    """Gives a 0.x plugin the hooks of today."""

    def __init__(self, plugin: Any, info: PluginInfo) -> None:
        self.info = info
        self._plugin = plugin

    async def run(self, ctx: CheckContext) -> list[Claim]:
        """Run the plugin in a thread and translate what it returns.

        Raises:
            TypeError: it returned something that is not a result.
            RuntimeError: it said itself that it failed.
        """
        client = SyncClient(ctx, asyncio.get_running_loop())
        try:
            result = await _in_thread(lambda: self._plugin.run(self._context(ctx, client)), self.info.id)
        finally:
            client.close()
        return [client.claim(item, ctx.scan.target_url) for item in _items(result)]

    def _context(self, ctx: CheckContext, client: "SyncClient") -> PluginContext:
        scan = ctx.scan
        urls = list(OrderedDict.fromkeys(request.url for request in ctx.endpoints)) or [scan.target_url]
        config = ScanConfig(
            target_url=scan.target_url,
            scanner_config=ScannerConfig(
                crawl_depth=scan.depth,
                timeout=int(scan.timeout),
                user_agent=scan.user_agent,
                verify_ssl=not scan.insecure,
            ),
            accept_risk=scan.accept_risk,
        )
        shared = ScanContext(
            scan_id=uuid.uuid4().hex,
            start_time=now(),
            config=config,
            http_client=client,
            crawler=SimpleNamespace(crawl=lambda *_args, **_options: urls),
            discovered_urls=set(urls),
            visited_urls=set(urls),
        )
        logger = logging.getLogger(f"s2n.plugin.{self.info.id}")
        return PluginContext(self.info.id, shared, PluginConfig(), urls, logger)


class SyncResponse:
    """A response with the attributes that users of ``requests`` know."""

    def __init__(self, exchange: Exchange) -> None:
        response = exchange.response
        self.exchange = exchange
        self.status_code = response.status
        self.reason = response.reason
        self.headers = _Headers(response.headers)
        self.content = response.body
        self.text = response.text
        self.url = exchange.request.url
        self.elapsed = timedelta(seconds=response.elapsed)
        self.ok = 200 <= response.status < 400
        self.history = [SyncResponse(hop) for hop in exchange.hops]
        self.cookies = dict(
            line.partition(";")[0].split("=", 1) for line in response.header_all("set-cookie") if "=" in line
        )

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.content)


class SyncClient:
    """The scan's client for code that blocks: same scope, pace and budget, the interface of ``requests``."""

    def __init__(self, ctx: CheckContext, loop: asyncio.AbstractEventLoop) -> None:
        self._ctx = ctx
        self._loop = loop
        self._history: OrderedDict[str, Exchange] = OrderedDict()
        self._closed = False

    def close(self) -> None:
        """Send nothing more: the plugin was stopped, though its thread may still run."""
        self._closed = True

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | Sequence[tuple[str, Any]] | None = None,
        data: Any = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
        timeout: Any = None,
        allow_redirects: bool = True,
        **_ignored: Any,
    ) -> SyncResponse:
        """Send a request and wait for its response."""
        if self._closed:
            raise RuntimeError("the plugin was stopped")
        url = urljoin(self._ctx.scan.target_url, url)
        request = _request(
            method, url, params=params, data=data, json_body=json, headers=headers, cookies=cookies
        )
        seconds = float(timeout) if isinstance(timeout, (int, float)) else None
        sending = self._ctx.send(request, follow=allow_redirects, timeout=seconds)
        exchange = asyncio.run_coroutine_threadsafe(sending, self._loop).result()
        self._history[request.url.partition("?")[0]] = exchange
        while len(self._history) > KEPT:
            self._history.popitem(last=False)
        return SyncResponse(exchange)

    def get(self, url: str, **options: Any) -> SyncResponse:
        """GET ``url``."""
        return self.request("GET", url, **options)

    def post(self, url: str, data: Any = None, **options: Any) -> SyncResponse:
        """POST to ``url``."""
        return self.request("POST", url, data=data, **options)

    def put(self, url: str, data: Any = None, **options: Any) -> SyncResponse:
        """PUT to ``url``."""
        return self.request("PUT", url, data=data, **options)

    def head(self, url: str, **options: Any) -> SyncResponse:
        """HEAD of ``url``."""
        return self.request("HEAD", url, **options)

    def options(self, url: str, **options: Any) -> SyncResponse:
        """OPTIONS of ``url``."""
        return self.request("OPTIONS", url, **options)

    def claim(self, item: Any, target: str) -> Claim:
        """Translate a finding of 0.x (an object or a dict)."""
        get = (
            item.get if isinstance(item, Mapping) else lambda name, default=None: getattr(item, name, default)
        )
        if isinstance(item, (str, bytes)) or not (get("title") or get("description")):
            raise TypeError(f"a finding needs a title or a description: {item!r:.120}")
        url = urljoin(target, str(get("url") or target))
        exchange = self._history.get(url.partition("?")[0]) or Exchange(
            Request.from_url(url), Response(status=0)
        )
        return Claim(
            exchange=exchange,
            title=str(get("title") or ""),
            description=str(get("description") or ""),
            severity=_enum(Severity, get("severity")),
            confidence=_enum(Confidence, get("confidence")) or Confidence.TENTATIVE,
            payload=str(get("payload") or ""),
            evidence=str(get("evidence") or ""),
            parameter=str(get("parameter") or ""),
            remediation=str(get("remediation") or ""),
            cwe=str(get("cwe_id") or ""),
            cvss_vector=str(get("cvss_vector") or ""),
            cvss_score=get("cvss_score"),
            references=tuple(get("references") or ()),
            variant=str(get("title") or ""),
        )


class _Headers(dict[str, str]):
    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        for name, value in pairs:
            key = name.lower()
            self[key] = f"{self[key]}, {value}" if key in self else value

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return super().__contains__(str(name).lower())

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)


def _items(result: Any) -> list[Any]:
    if result is None:
        return []
    status = getattr(result, "status", None)
    if hasattr(result, "findings"):
        error = getattr(result, "error", None)
        if str(getattr(status, "value", status)).upper() == "FAILED" and not result.findings:
            raise RuntimeError(getattr(error, "message", None) or "the plugin says it failed")
        return list(result.findings)
    if isinstance(result, Mapping):
        return list(result["findings"]) if isinstance(result.get("findings"), list) else [result]
    if isinstance(result, (list, tuple)):
        return list(result)
    if hasattr(result, "title") and not isinstance(result, (str, bytes)):  # text has a title() too
        return [result]
    raise TypeError(
        f"run() returned {type(result).__name__}; expected a PluginResult, a finding, a dict or a list"
    )


def _request(
    method: str, url: str, *, params: Any, data: Any, json_body: Any, headers: Any, cookies: Any
) -> Request:
    request = Request.from_url(url, method.upper(), tuple((headers or {}).items()))
    if params:
        pairs = list(params.items() if isinstance(params, Mapping) else params)
        query = urlencode(parse_qsl(request.query, keep_blank_values=True) + pairs, doseq=True)
        request = Request(request.method, request.origin, f"{request.path}?{query}", request.headers)
    if json_body is not None:
        request = request.with_body(json.dumps(json_body).encode(), "application/json")
    elif isinstance(data, (bytes, str)):
        body = data.encode() if isinstance(data, str) else data
        kind = request.header("content-type") or "application/x-www-form-urlencoded"
        request = request.with_body(body, kind)
    elif data:
        request = request.with_body(urlencode(data, doseq=True).encode(), "application/x-www-form-urlencoded")
    if cookies:
        request = request.with_header("Cookie", "; ".join(f"{k}={v}" for k, v in cookies.items()))
    return request


def _enum(kind: type[T], value: Any) -> T | None:
    name = str(getattr(value, "value", value) or "").upper()
    return kind(name) if name in kind.__members__ else None  # type: ignore[attr-defined,call-arg]  # an Enum


async def _in_thread(work: Callable[[], T], name: str) -> T:
    """Like asyncio.to_thread, in a daemon: a plugin that never returns must not keep the process alive."""
    done: Future[T] = Future()

    done.set_running_or_notify_cancel()  # a caller that gave up must not make the thread's end fail

    def target() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 -- carried to the caller
            done.set_exception(error)

    threading.Thread(target=target, name=f"plugin-{name}", daemon=True).start()
    return await asyncio.wrap_future(done)
