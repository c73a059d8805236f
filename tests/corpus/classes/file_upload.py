"""Servers that keep what is uploaded, and what they do with it when it is asked for."""

import html as codec
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from corpus.case import Case
from corpus.inputs import HOST
from s2n.model import Location, Request, Response
from s2n.s2nscanner.http.points import points_of
from s2n.s2nscanner.http.uploads import File, file_at
from support.site import Answer, Site, html

PLUGIN = "file_upload"
TYPES = {"html": "text/html", "svg": "image/svg+xml", "xhtml": "application/xhtml+xml", "txt": "text/plain"}
TYPES |= {"png": "image/png", "gif": "image/gif", "jpg": "image/jpeg", "php": "text/plain"}
PROGRAMS = {
    "php": r"<\?php echo '(\w+)'\.\((\d+)\*(\d+)\)\.'(\w+)'; \?>",
    "jsp": r"(\w+)<%= (\d+)\*(\d+) %>(\w+)",
    "aspx": r"(?:<%@[^>]*%>)?(\w+)<%= (\d+)\*(\d+) %>(\w+)",
}


def suffix(name: str) -> str:
    return name.rpartition(".")[2]


def executed(language: str, text: str) -> str:
    """What the interpreter makes of a program."""
    return re.sub(PROGRAMS[language], lambda m: f"{m[1]}{int(m[2]) * int(m[3])}{m[4]}", text)


Runs = Callable[[str], str]


def runs_php(name: str) -> str:
    return "php" if suffix(name) in {"php", "phtml"} else ""


def runs_php_anywhere(name: str) -> str:
    """Apache's AddHandler: any of the suffixes counts."""
    return "php" if ".php" in name else ""


def runs_php_in_any_case(name: str) -> str:
    return "php" if suffix(name.lower()) == "php" else ""


def runs_jsp(name: str) -> str:
    return "jsp" if suffix(name) == "jsp" else ""


def runs_aspx(name: str) -> str:
    return "aspx" if suffix(name) == "aspx" else ""


def runs_nothing(_: str) -> str:
    return ""


@dataclass
class Server:
    """Takes files at /upload and serves them; every decision can be another."""

    accepts: Callable[[File], bool] = lambda _: True
    runs: Runs = runs_nothing
    keeps: Callable[[str], str] = str
    """The name under which a file is kept; empty: it is not."""
    folder: str = "/uploads/"
    says: Callable[[str], Answer] = lambda path: html(f"<p>Thanks: <a href='{path}'>your file</a></p>")
    served_as: Callable[[str], str] = lambda name: TYPES.get(suffix(name), "application/octet-stream")
    headers: tuple[tuple[str, str], ...] = ()
    changes: Callable[[bytes], bytes] = bytes
    found: bool = True
    files: dict[str, bytes] = field(default_factory=dict)

    def __call__(self, request: Request) -> Answer:
        if request.method == "POST":
            return self.take(request)
        content = self.files.get(request.path)
        if content is None or not self.found:
            return html("<h1>Not Found</h1>", 404)
        name = request.path.rpartition("/")[2]
        if language := self.runs(name):
            return html(executed(language, content.decode("latin-1")))
        return Response(200, headers=(("Content-Type", self.served_as(name)), *self.headers), body=content)

    def take(self, request: Request) -> Answer:
        point = next((point for point in points_of(request) if point.location is Location.FILENAME), None)
        if point is None:
            return html("no file", 400)
        file = file_at(point)
        if not self.accepts(file):
            return html("<p>This type of file is not allowed.</p>")
        name = self.keeps(file.name)
        if name:
            self.files[f"{self.folder}{name}"] = self.changes(file.content)
        return self.says(f"{self.folder}{name}")


def server(**options: object) -> Callable[[], Site]:
    return lambda: Server(**options)


def a_picture(file: File) -> bool:
    return file.media_type.startswith("image/")


def begins_like_a_picture(file: File) -> bool:
    return file.content[:4] in {b"\x89PNG", b"GIF8", b"\xff\xd8\xff\xe0"}


def not_php(file: File) -> bool:
    return suffix(file.name) != "php"


def not_named(*suffixes: str) -> Callable[[File], bool]:
    return lambda file: suffix(file.name.partition("\0")[0].rstrip(".").lower()) not in suffixes


def ends_in_picture(file: File) -> bool:
    return suffix(file.name).lower() in {"png", "jpg", "gif"}


def contains_picture(file: File) -> bool:
    return bool(re.search(r"\.(?:png|jpe?g|gif)", file.name))


def only_pictures(file: File) -> bool:
    return ends_in_picture(file) and "\0" not in file.name


def numbered() -> Callable[[str], str]:
    count = [0]

    def keep(name: str) -> str:
        count[0] += 1
        return f"{count[0]:08x}.{suffix(name)}"

    return keep


def cut_at_nul(name: str) -> str:
    return name.partition("\0")[0]


def without_dot(name: str) -> str:
    return name.rstrip(".")


def as_json(path: str) -> Answer:
    body = json.dumps({"ok": True, "file": {"url": path}}).replace("/", "\\/").encode()
    return Response(200, headers=(("Content-Type", "application/json"),), body=body)


def name_only(path: str) -> Answer:
    return html(f"<p>{codec.escape(path.rpartition('/')[2])} was saved.</p>")


def silent(_: str) -> Answer:
    return html("<p>Thank you.</p>")


def redirect(path: str) -> Answer:
    return html("", 302, location=path)


def relative(path: str) -> Answer:
    return html(f"<pre>../..{path} succesfully uploaded!</pre>")


def tagged_out(content: bytes) -> bytes:
    return re.sub(rb"<[^>]*>", b"", content)


def recoded(_: bytes) -> bytes:
    return b"\x89PNG recoded"


def upload(
    name: str = "s2n.png", kind: str = "image/png", content: str = "\x89PNG\r\n", path: str = "/upload"
) -> Request:
    body = (
        '--b0\r\nContent-Disposition: form-data; name="title"\r\n\r\nA cat\r\n'
        f'--b0\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {kind}\r\n\r\n{content}\r\n--b0--\r\n"
    )
    headers = (("Content-Type", "multipart/form-data; boundary=b0"),)
    return Request.from_url(f"{HOST}{path}", "POST", headers, body.encode("latin-1"))


PICTURE = upload()
TEXT = upload("s2n.txt", "text/plain", "s2n")


def yes(name: str, make: Callable[[], Site], request: Request = PICTURE) -> Case:
    return Case(PLUGIN, name, True, make, (request,))


def no(name: str, make: Callable[[], Site], request: Request = PICTURE) -> Case:
    return Case(PLUGIN, name, False, make, (request,))


DOWNLOAD = (("Content-Disposition", "attachment; filename=x"),)
SANDBOX = (("Content-Security-Policy", "default-src 'none'; sandbox"),)

CASES = [
    yes("php: anything goes", server(runs=runs_php)),
    yes("php: a text field", server(runs=runs_php), TEXT),
    yes("php: only the media type is looked at", server(runs=runs_php, accepts=a_picture)),
    yes("php: only the first bytes are", server(runs=runs_php, accepts=begins_like_a_picture)),
    yes("php: a text field that takes pictures", server(runs=runs_php, accepts=a_picture), TEXT),
    yes("php: one that looks into them", server(runs=runs_php, accepts=begins_like_a_picture), TEXT),
    yes("php: .php is refused", server(runs=runs_php, accepts=not_php)),
    yes("php: any case runs", server(runs=runs_php_in_any_case, accepts=not_php)),
    yes("php: any suffix runs", server(runs=runs_php_anywhere, accepts=ends_in_picture)),
    yes("php: the name holds .jpg", server(runs=runs_php, accepts=contains_picture)),
    yes("php: cut at NUL", server(runs=runs_php, accepts=ends_in_picture, keeps=cut_at_nul)),
    yes(
        "windows: final dots vanish",
        server(runs=runs_php_in_any_case, accepts=lambda f: f.name.endswith(("png", ".")), keeps=without_dot),
    ),
    yes("php: renamed, linked", server(runs=runs_php, keeps=numbered())),
    yes("php: JSON says where", server(runs=runs_php, says=as_json)),
    yes("php: only the name is shown", server(runs=runs_php, says=name_only)),
    yes("php: nothing is shown", server(runs=runs_php, says=silent)),
    yes("php: usual folder", server(runs=runs_php, says=silent, folder="/images/")),
    yes("php: redirect", server(runs=runs_php, says=redirect)),
    yes(
        "php: relative path",
        server(runs=runs_php, says=relative, folder="/hackable/uploads/"),
        upload(path="/vulnerabilities/upload/"),
    ),
    yes("jsp", server(runs=runs_jsp)),
    yes("aspx", server(runs=runs_aspx)),
    yes("flask: a page in the site's name", server(accepts=not_named("php"))),
    yes("express: SVG only", server(accepts=not_named("html", "xhtml", "htm"))),
    yes("django: page, renamed", server(keeps=numbered(), says=as_json), TEXT),
    yes("html as a picture", server(accepts=a_picture)),
    no("only pictures, by name", server(accepts=only_pictures, runs=runs_php)),
    no("a text field, only pictures, by name", server(accepts=only_pictures, runs=runs_php), TEXT),
    no("always renamed to .png", server(keeps=lambda _: "1.png", runs=runs_php)),
    no("outside of the document root", server(found=False, runs=runs_php)),
    no("not kept at all", server(keeps=lambda _: "", runs=runs_php)),
    no("handed out as a download", server(headers=DOWNLOAD), TEXT),
    no("sandboxed", server(headers=SANDBOX), TEXT),
    no("always text", server(served_as=lambda _: "text/plain"), TEXT),
    no("always bytes", server(served_as=lambda _: "application/octet-stream"), TEXT),
    no("markup is taken out", server(changes=tagged_out), TEXT),
    no("recoded", server(changes=recoded, runs=runs_php)),
    no("always refused", server(accepts=lambda _: False)),
    no("a login", lambda: lambda _: html("", 302, location="/login")),
    no("an error", lambda: lambda _: html("<h1>500</h1>", 500)),
    no("every page echoes its address", lambda: lambda r: html(f"<p>{codec.escape(r.target)}</p>")),
    no(
        "shows what was uploaded as text",
        lambda: lambda r: html(f"<pre>{codec.escape(r.body.decode('latin-1'))}</pre>"),
        TEXT,
    ),
    no(
        "programs and pages refused",
        server(accepts=not_named("php", "phtml", "html", "svg", "xhtml"), runs=runs_php),
        TEXT,
    ),
]
