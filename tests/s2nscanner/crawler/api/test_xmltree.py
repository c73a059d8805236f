"""XML without entities."""

import pytest

from s2n.errors import UsageError
from s2n.s2nscanner.crawler.api.xmltree import child, children, content, local, parse_tree

BOMB = '<!DOCTYPE a [<!ENTITY x "xxxx"><!ENTITY y "&x;&x;">]><a>&y;</a>'


def test_a_tree():
    root = parse_tree(
        '\ufeff<?xml version="1.0" encoding="utf-16"?>\n<n:a xmlns:n="u"><n:b> t </n:b><b/></n:a>', "x"
    )
    assert local(root.tag) == "a"
    assert len(children(root, "b")) == 2
    assert content(root, "b") == "t"
    assert content(root, "c") == ""
    assert child(root, "c") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB, "x declares a document type"),
        ('<!DOCTYPE items [<!ENTITY x SYSTEM "file:///etc/passwd">]><items>&x;</items>', "document type"),
        ('<!DOCTYPE a SYSTEM "http://h/a.dtd"><a/>', "document type"),
        ("<a>\n<b></a>", "x, line 2: not well-formed"),
    ],
)
def test_what_is_refused(text, message):
    with pytest.raises(UsageError, match=message):
        parse_tree(text, "x")


def test_the_elements_that_burp_declares_are_no_harm():
    head = '<!DOCTYPE items [\n<!ELEMENT items (item*)>\n<!ATTLIST items burpVersion CDATA "">\n]>\n'
    assert local(parse_tree(f"{head}<items/>", "x").tag) == "items"
    with pytest.raises(UsageError, match="line 6"):
        parse_tree(f"{head}<items>\n<", "x")
