import pytest

from corpus.classes.secret_leak import CASES
from corpus.run import run
from s2n.model import Exchange, Request, Response, Severity
from s2n.s2nscanner.plugins.secret_leak import MAX_CLAIMS, Plugin, entropy, masked, rules

TOKEN = "ghp_Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4zA7bC"


def found(body, kind="text/html"):
    response = Response(200, headers=(("Content-Type", kind),), body=body.encode())
    return list(Plugin().inspect(Exchange(Request.from_url("http://site.test/"), response)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_corpus(case):
    findings, _ = run(case)
    assert bool(findings) is case.vulnerable


def test_the_secret_itself_is_nowhere_in_the_report():
    case = next(case for case in CASES if case.name == "script: GitHub token")
    secret = case.make()(case.requests[0]).body.decode().partition("token ")[2][:40]
    (finding,) = run(case)[0]
    assert secret not in str(finding)
    assert "***" in finding.response
    assert "ghp_…" in finding.evidence
    assert finding.severity is Severity.CRITICAL


def test_quotes_that_a_page_has_to_spell_out_are_no_password():
    assert not found("<code>mysql://root:&quot;&quot;@db.shop.test/x</code>")
    assert found("<code>mysql://root:&quot;kR7-wq2Lm&quot;@db.shop.test/x</code>")


def test_one_claim_for_each_secret():
    other = TOKEN.replace("Ab3d", "Zk7q")
    claims = found(f"<script>a='{TOKEN}';b='{TOKEN}';c='{other}'</script>")
    assert [claim.marker for claim in claims] == [TOKEN, other]
    assert len({claim.variant for claim in claims}) == 1 or claims[0].per_site


def test_a_dump_of_secrets_is_not_a_flood():
    assert len(found("\n".join(TOKEN[:-2] + f"{n:02}" for n in range(50)))) == MAX_CLAIMS


def test_entropy():
    assert entropy("aaaa") == 0
    assert entropy("abcd") == 2


def test_masked():
    assert masked(TOKEN) == "ghp_…bC"
    assert masked("short") == "s…"


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.title)
def test_rules_are_sound_and_linear(rule):
    assert list(rule.find("")) == []
    for text in (
        "secret_key",
        "key = 'a",
        "postgres://a:",
        "-----BEGIN PRIVATE KEY-----\n",
        " ",
        "aws",
        "a.",
        "server=a;",
    ):
        list(rule.find(text * (200_000 // len(text))))
