import subprocess
from pathlib import Path

import msgspec
import pytest

from s2n.model import (
    Confidence,
    Exchange,
    Headers,
    Location,
    PluginInfo,
    Request,
    Response,
    Severity,
)
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.evidence import BODY_SHOWN, MASK, Scribe, cap_confidence
from s2n.s2nscanner.sdk import Claim, InputPoint, report
from support.plugins import info
from support.site import point_at
from support.webserver import serving

SCAN = ScanRequest(
    target_url="http://h/",
    username="anna",
    password="pä ss/word",
    token="tok-12345678",
    headers=("X-Secret: s3cr3t", "Authorization: Bearer held-token-1"),
    api_key_name="X-Own-Key",
)
SCRIBE = Scribe(SCAN)


def request(*headers: tuple[str, str], url: str = "http://h/a?b=c", **fields: object) -> Request:
    return Request.from_url(url, headers=headers, **fields)  # type: ignore[arg-type]


def everything(headers: Headers, spared: str = "") -> str:
    sent = request(*headers)
    return SCRIBE.request_text(sent, spared) + "\n" + SCRIBE.curl(sent, spared)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "Basic abcdefgh", MASK),
        ("authorization", "Bearer abcdefgh", MASK),
        ("Proxy-Authorization", "Basic abcdefgh", MASK),
        ("X-API-Key", "abcdefgh", MASK),
        ("x-own-key", "abcdefgh", MASK),
        ("X-Secret", "s3cr3t", MASK),
        ("Cookie", "a=abcdefgh", f"a={MASK}"),
        ("Cookie", "a=abcdefgh; b=ijklmnop;c=qrstuvwx", f"a={MASK}; b={MASK};c={MASK}"),
        ("Cookie", "a=abc=def; empty=", f"a={MASK}; empty="),
        ("Cookie", "abcdefgh", MASK),
    ],
)
def test_secrets_in_request_headers_are_masked(name: str, value: str, shown: str) -> None:
    text = everything(((name, value),))
    assert f"{name}: {shown}" in text
    for part in ("abcdefgh", "ijklmnop", "qrstuvwx", "s3cr3t", "abc=def"):
        assert part not in text


def test_other_headers_are_shown_as_they_went_out() -> None:
    text = everything((("X-Forwarded-For", "1.2.3.4'\""), ("X-Empty", "")))
    assert text.startswith("GET /a?b=c HTTP/1.1\r\nX-Forwarded-For: 1.2.3.4'\"\r\nX-Empty: \r\n\r\n")
    assert "X-Empty;" in text


def test_the_attacked_cookie_is_shown_the_others_are_not() -> None:
    text = everything((("Cookie", "sid=held; lang=en'--; last=x"),), "lang")
    assert text.count(f"Cookie: sid={MASK}; lang=en") == 2
    assert "held" not in text


def test_the_attacked_header_is_shown_though_every_client_sends_it() -> None:
    text = everything((("User-Agent", "<evil>"), ("Accept", "*/*")), "User-Agent")
    assert "-H 'User-Agent: <evil>'" in text
    assert "-H 'Accept" not in text
    assert "-H 'User-Agent" not in everything((("User-Agent", "s2n"),))


@pytest.mark.parametrize(
    "secret",
    [
        "pä ss/word",
        "p%C3%A4%20ss%2Fword",
        "p%C3%A4+ss%2Fword",
        "tok-12345678",
        "held-token-1",
        "YW5uYTpww6Qgc3Mvd29yZA==",
    ],
)
def test_the_scans_secrets_are_masked_wherever_they_stand(secret: str) -> None:
    sent = request(
        ("X-Echo", f"a{secret.encode().decode('latin-1')}b"),
        url=f"http://h/{secret}?x={secret}",
        method="POST",
        body=f"x={secret}&y=1".encode(),
    )
    answer = Response(200, headers=(("X", secret),), body=f"<p>{secret}</p>".encode())
    claim = Claim(
        exchange=Exchange(sent, answer),
        title=secret,
        payload=secret,
        evidence=secret,
        control=Exchange(sent, answer),
    )
    written = msgspec.json.encode(SCRIBE.finding(claim, info("p"))).decode()
    assert secret not in written
    assert MASK in written


def test_set_cookie_values_are_masked_their_attributes_are_not() -> None:
    answer = Response(
        200,
        headers=(("Set-Cookie", "sid=abc=d; Path=/; HttpOnly"), ("set-cookie", "bare; Secure"), ("X", "a=b")),
    )
    text = SCRIBE.response_text(answer, "")
    assert f"Set-Cookie: sid={MASK}; Path=/; HttpOnly\r\n" in text
    assert f"set-cookie: {MASK}; Secure\r\n" in text
    assert "X: a=b" in text


def test_a_long_body_is_cut_around_the_marker() -> None:
    body = "a" * 10_000 + "MARK" + "b" * 10_000
    text = SCRIBE.response_text(Response(200, body=body.encode()), "MARK").partition("\r\n\r\n")[2]
    assert "MARK" in text
    assert len(text) < BODY_SHOWN + 80
    assert text.startswith("[… ")
    assert text.endswith(" characters …]")
    start = SCRIBE.response_text(Response(200, body=body.encode()), "absent").partition("\r\n\r\n")[2]
    assert start.startswith("aaaa")


def test_a_short_body_is_shown_whole() -> None:
    assert SCRIBE.response_text(Response(404, "No", body="é".encode()), "x").endswith("404 No\r\n\r\né")


def test_a_binary_body_is_named_by_its_digest() -> None:
    text = SCRIBE.response_text(Response(200, body=b"PNG\0\1\2"), "x")
    assert "[6 bytes, SHA-256 " in text
    assert "\0" not in text


def test_what_the_claim_leaves_out_comes_from_the_plugin() -> None:
    about = PluginInfo(
        id="p",
        title="Title",
        severity=Severity.LOW,
        cwe="CWE-1",
        what="What.",
        why="Why.",
        fix="Fix.",
        cvss_vector="CVSS:3.1/X",
        cvss_score=5.0,
        references=("https://e/",),
    )
    point = point_at("http://h/?q=1", "q")
    sent = request(url="http://h/?q=evil")
    found = SCRIBE.finding(Claim(exchange=Exchange(sent, Response(200)), point=point), about)
    assert (found.title, found.description, found.remediation) == ("Title", "What. Why.", "Fix.")
    assert (found.severity, found.cwe_id, found.cvss_score) == (Severity.LOW, "CWE-1", 5.0)
    assert (found.parameter, found.location, found.url) == ("q", Location.QUERY, "http://h/?q=evil")
    assert found.confidence is Confidence.TENTATIVE
    assert found.id == f"p-{found.fingerprint[:8]}"
    own = Claim(
        exchange=Exchange(sent, Response(200)),
        severity=Severity.HIGH,
        cvss_vector="V",
        cwe="CWE-2",
        title="t",
    )
    told = SCRIBE.finding(own, about)
    assert (told.severity, told.cvss_vector, told.cvss_score) == (Severity.HIGH, "V", None)
    assert (told.cwe_id, told.title, told.parameter) == ("CWE-2", "t", "")


def mark_of(url: str, point: InputPoint | None = None, **fields: object) -> str:
    exchange = Exchange(request(url=url), Response(200))
    return SCRIBE.finding(Claim(exchange=exchange, point=point, **fields), info("p")).fingerprint  # type: ignore[arg-type]


def test_the_fingerprint_ignores_the_payload_even_in_the_path() -> None:
    point = point_at("http://h/item/blue", "2")
    assert mark_of("http://h/item/aaa'--", point) == mark_of("http://h/item/%3Cb%3E", point)
    query = point_at("http://h/?q=1", "q")
    assert mark_of("http://h/?q=a", query) == mark_of("http://h/?q=b", query)
    assert mark_of("http://h/?q=a", query) != mark_of("http://h/?q=a", query, variant="v")


def test_a_flaw_of_the_whole_site_is_one_flaw() -> None:
    assert mark_of("http://h/a", per_site=True) == mark_of("http://h/b?c", per_site=True)
    assert mark_of("http://h/a", per_site=True) != mark_of("http://h:81/a", per_site=True)


@pytest.mark.parametrize(
    "fields",
    [
        {"severity": "high!"},
        {"payload": 3},
        {"cvss_score": "much", "cvss_vector": "V"},
        {"references": (1,)},
        {"confidence": 1.0},
    ],
)
def test_a_field_of_the_wrong_type_is_refused(fields: dict[str, object]) -> None:
    claim = report(Exchange(request(), Response(200)), "e", **fields)
    with pytest.raises((msgspec.ValidationError, AttributeError, TypeError)):
        SCRIBE.finding(claim, info("p"))


def test_text_that_no_report_can_hold_is_written_out() -> None:
    claim = report(Exchange(request(), Response(200)), "lone \ud800", title="\udfff", parameter="\ud801")
    found = SCRIBE.finding(claim, info("p"))
    assert (found.evidence, found.title, found.parameter) == ("lone \\ud800", "\\udfff", "\\ud801")
    assert msgspec.json.encode(found)


def test_confidence_is_lowered_never_raised() -> None:
    def said(confidence: Confidence | None) -> Confidence:
        claim = Claim(exchange=Exchange(request(), Response(200)), confidence=confidence)
        return cap_confidence(claim, Confidence.FIRM)

    assert [said(each) for each in (*Confidence, None)] == [
        Confidence.FIRM,
        Confidence.FIRM,
        Confidence.TENTATIVE,
        Confidence.FIRM,
    ]


FORM = ("Content-Type", "application/x-www-form-urlencoded")

REPLAYED = {
    "plain": ("GET", "/", (), b""),
    "dots": ("GET", "/a/../../etc/passwd//./x", (), b""),
    "encoded": ("GET", "/%2e%2e/%00%zz?a=%", (), b""),
    "shell": ("GET", "/$(id)`id`;id|id&id?x=$HOME!*~'\"\\<>()", (), b""),
    "globs": ("GET", "/{a,b}[1-3]?x[]=1&y={}", (), b""),
    "fragment": ("GET", "/a#b?c", (), b""),
    "raw space": ("GET", "/a?b=c\td\xe9", (), b""),
    "asterisk": ("OPTIONS", "*", (), b""),
    "form": ("POST", "/", (FORM,), b"a=1&b=%27"),
    "file-like body": ("POST", "/", (FORM,), b"@/etc/hostname"),
    "file-like field": ("POST", "/", (FORM,), b"-d @x"),
    "bytes": ("POST", "/", (FORM,), bytes(range(256)) * 2),
    "newline at the end": ("POST", "/", (FORM,), b"a\r\nb\n\n"),
    "percent and backslash": ("POST", "/", (FORM,), b"%s%n\\x41\\n'\xff"),
    "large": ("PUT", "/", (("Content-Type", "text/plain"),), b"x" * 1_200_000),
    "no type": ("POST", "/", (), b"raw"),
    "get with body": ("GET", "/", (FORM,), b"a=1"),
    "delete": ("DELETE", "/x", (), b""),
    "own method": ("PROPFIND", "/x", (("Depth", "0"),), b""),
    "head": ("HEAD", "/x", (), b""),
    "headers": (
        "GET",
        "/",
        (
            ("X-A", 'it\'s "$HOME" `id` \\ %s'),
            ("X-A", "again"),
            ("X-Empty", ""),
            ("X-Bytes", "caf\xe9 \xff"),
            ("Referer", "http://e/?a=b&c"),
        ),
        b"",
    ),
    "another host": ("GET", "/", (("Host", "evil.example"),), b""),
}


@pytest.mark.parametrize("name", REPLAYED)
def test_the_curl_line_sends_the_same_request_from_a_plain_shell(name: str, tmp_path: Path) -> None:
    method, target, headers, body = REPLAYED[name]
    with serving(lambda _: "ok") as web:
        origin = Request.from_url(web.url).origin
        original = Request(method, origin, target, headers, body)
        line = Scribe(ScanRequest(target_url=web.url)).curl(original)
        assert line.isprintable()
        assert line.isascii()
        (tmp_path / "replay.sh").write_text(line)
        done = subprocess.run(
            ["/bin/sh", "replay.sh"],
            env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
            cwd=tmp_path,
            capture_output=True,
            timeout=20,
            check=True,
        )
        (received,) = web.requests
    assert done.stdout.startswith(b"HTTP/1.1 200")
    assert (received.method, received.target, received.body) == (method, target, body)
    named = {key.lower() for key, _ in headers}
    assert [pair for pair in received.headers if pair[0].lower() in named] == list(headers)
    assert not ({key.lower() for key, _ in received.headers} - named) & {"content-type", "cookie", "expect"}
