"""Evaluates in pages past Playwright, whose own way to do so runs on functions that a page may replace."""

from typing import Any
from weakref import WeakKeyDictionary

from playwright.async_api import CDPSession, Error, Page


class Direct:
    """Talks to the documents of pages themselves, by a session of the browser's protocol for each page."""

    def __init__(self) -> None:
        self._sessions: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()

    async def evaluate(self, page: Page, expression: str) -> Any:
        """The value of ``expression`` in the page's own document; what a promise comes to.

        Raises:
            playwright.async_api.Error: the document is gone, or the expression fails.
        """
        given = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        answer = await self._send(page, "Runtime.evaluate", given)
        if "exceptionDetails" in answer:
            raise Error(str(answer["exceptionDetails"].get("exception", answer["exceptionDetails"])))
        return answer["result"].get("value")

    async def markup(self, page: Page) -> str:
        """The document as it stands, with its shadow roots.

        Raises:
            playwright.async_api.Error: the document is gone.
        """
        root = (await self._send(page, "DOM.getDocument", {"depth": 0}))["root"]["nodeId"]
        given = {"nodeId": root, "includeShadowDOM": True}
        return str((await self._send(page, "DOM.getOuterHTML", given))["outerHTML"])

    async def _send(self, page: Page, what: str, given: dict[str, Any]) -> dict[str, Any]:
        session = self._sessions.get(page)
        if session is None:
            session = self._sessions[page] = await page.context.new_cdp_session(page)
        answer: dict[str, Any] = await session.send(what, given)
        return answer
