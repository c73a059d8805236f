"""Unrestricted upload: what a visitor uploads is run by the server, or shown by it as a page of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable

from s2n.s2nscanner.plugins.file_upload.files import ACTIVE, DIGITS, PICTURE, PIXEL, PROGRAMS, Page, Program
from s2n.s2nscanner.sdk import (
    CheckContext,
    Claim,
    Confidence,
    Exchange,
    File,
    InputPoint,
    Location,
    PluginInfo,
    Severity,
    file_at,
    find_upload,
    folders_for,
    fresh_product,
    with_file,
)

_RUNS = frozenset({"text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/xml"})

_ACTIVE_VECTOR = ("CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:N", 5.4)


class Plugin:
    """Uploads files that multiply two numbers or show a word, and looks what became of them."""

    info = PluginInfo(
        id="file_upload",
        title="Unrestricted file upload",
        severity=Severity.CRITICAL,
        cwe="CWE-434",
        owasp="A04:2021",
        wstg="WSTG-BUSL-08",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        cvss_score=9.8,
        what="The server keeps an uploaded file under a name that it runs, or that browsers show as a page.",
        why="An attacker's program runs on the server, or an attacker's page runs in the site's own name.",
        fix="Decide by a list of allowed types, give the file a name of your own, keep it outside of the "
        "document root, and hand it out as a download (Content-Disposition: attachment, nosniff).",
        references=(
            "https://owasp.org/www-community/vulnerabilities/Unrestricted_File_Upload",
            "https://cheatsheetseries.owasp.org/cheatsheets/File_Upload_Cheat_Sheet.html",
            "https://cwe.mitre.org/data/definitions/434.html",
        ),
        intrusive=True,
        max_requests=120,
    )

    async def check(self, point: InputPoint, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding at most, the worst; only where an ordinary file can be found again."""
        if point.location is not Location.FILENAME:
            return
        form = _Form(point, ctx)
        if not await form.find_folder():
            return
        for program in PROGRAMS:
            for name in program.names:
                if (ran := await form.run(program, name)) is not None:
                    yield form.executed(ran, program, name)
                    return
        for page in ACTIVE:
            if (shown := await form.show(page)) is not None:
                yield form.active(shown, page)
                return


class _Form:
    """One upload field: what was sent through it, and where it went."""

    def __init__(self, point: InputPoint, ctx: CheckContext) -> None:
        self.point = point
        self.ctx = ctx
        self.file = file_at(point)
        self.folders: list[str] = []
        self.created: list[str] = []
        self.ordinary: Exchange | None = None
        self.before = ""

    async def find_folder(self) -> bool:
        """Upload a file like the original, or a picture, and find it: that shows where such files lie."""
        self.before = (await self.ctx.probe(self.point)).baseline.response.text
        folders = folders_for(self.point.request, self.ctx.endpoints)
        suffix = self.point.value.rpartition(".")[2] if "." in self.point.value else "txt"
        for file, ending in ((self.file, suffix), (PIXEL, "png")):
            if file is PIXEL and self.file.media_type.startswith("image/"):
                break
            mark = self.ctx.fresh.letters(16)
            content = file.content + f"\n{mark}\n".encode()
            self.ordinary = await self._upload(f"{{}}.{ending}", file.media_type, content, mark, folders)
            if self.ordinary is not None:
                self.file, self.folders = file, [self.ordinary.request.url.rpartition("/")[0] + "/"]
                return True
        return False

    async def run(self, program: Program, name: str) -> Exchange | None:
        """The answer in which the program's product stands."""
        product = fresh_product(self.ctx.fresh, DIGITS)
        begin = f"{PICTURE}\n" if self.file.media_type.startswith("image/") else ""
        code = begin + program.code.format(left=product.left, right=product.right, a=product.a, b=product.b)
        mark = f"{product.left}{product.answer}{product.right}"
        media_type = self.file.media_type or "text/plain"
        return await self._upload(name, media_type, code.encode(), mark, self.folders)

    async def show(self, page: Page) -> Exchange | None:
        """The answer that a browser would show as a page of the site, with our markup in it."""
        content = page.text.replace("{mark}", self.ctx.fresh.letters(12))
        shown = None
        for media_type in dict.fromkeys((page.media_type, self.file.media_type or "text/plain")):
            if shown is None:
                shown = await self._upload(page.name, media_type, content.encode(), content, self.folders)
        if shown is None or shown.response.status != 200:
            return None
        response = shown.response
        download = (response.header("content-disposition") or "").lower().startswith("attachment")
        sandboxed = "sandbox" in (response.header("content-security-policy") or "").lower()
        return None if download or sandboxed or response.content_type not in _RUNS else shown

    async def _upload(
        self, name: str, media_type: str, content: bytes, mark: str, folders: list[str]
    ) -> Exchange | None:
        written = name.format(f"s2n{self.ctx.fresh.letters(8)}")
        answer = await self.ctx.send(with_file(self.point, File(written, media_type, content)))
        if answer.response.status >= 400:
            return None
        kept = written.partition("\0")[0].rstrip(".")
        there = await find_upload(self.ctx, answer, kept, mark, before=self.before, folders=folders)
        if there is not None:
            self.created.append(there.request.url)
        return there

    def executed(self, ran: Exchange, program: Program, name: str) -> Claim:
        """The server ran our program."""

        async def again() -> bool:
            return await self.run(program, name) is not None

        return self._claim(
            ran,
            f"The server ran an uploaded {program.language} program: it printed a product of fresh numbers.",
            again,
            payload=name.format("s2n…"),
        )

    def active(self, shown: Exchange, page: Page) -> Claim:
        """The server hands our page out as a page."""

        async def again() -> bool:
            return await self.show(page) is not None

        vector, score = _ACTIVE_VECTOR
        return self._claim(
            shown,
            f"An uploaded page is served as {shown.response.content_type}, inline and unchanged.",
            again,
            payload=page.name.format("s2n…"),
            title="Uploaded file is served as a page",
            severity=Severity.MEDIUM,
            cvss_vector=vector,
            cvss_score=score,
        )

    def _claim(
        self, exchange: Exchange, evidence: str, again: Callable[[], Awaitable[bool]], **fields: object
    ) -> Claim:
        """With what was left behind on the target."""
        return self.ctx.claim(
            exchange,
            evidence,
            again,
            point=self.point,
            confidence=Confidence.CERTAIN,
            control=self.ordinary,
            description=f"{Plugin.info.what} {Plugin.info.why} Files that this scan left on the target: "
            f"{', '.join(self.created)}, and others whose names begin with s2n.",
            **fields,
        )
