"""References inside a description, and to other documents."""

import pytest

from s2n.s2nscanner.crawler.api.refs import DeadReference, Documents, reference_of


def test_local_references_are_followed_with_escapes_and_numbers():
    documents = Documents({"a/b": {"~x": [{"v": 1}]}, "codes": {200: {"v": 2}}})
    assert documents.resolve({"$ref": "#/a~1b/~0x/0"}) == {"v": 1}
    assert documents.resolve({"$ref": "#/codes/200"}) == {"v": 2}
    assert documents.resolve({"v": 3}) == {"v": 3}


def test_keys_beside_a_reference_stay():
    assert Documents({"a": {"type": "string"}}).resolve({"$ref": "#/a", "description": "x"}) == {
        "type": "string",
        "description": "x",
    }


def test_remote_references_become_absolute_and_are_wanted_once():
    root = {"x": {"$ref": "parts.yaml#/P"}, "y": {"$ref": "parts.yaml#/Q"}}
    documents = Documents(root, "http://site.test/docs/api.yaml")
    assert documents.missing() == ["http://site.test/docs/parts.yaml"]
    documents.add("http://site.test/docs/parts.yaml", {"P": {"$ref": "#/R"}, "R": {"v": 1}})
    assert documents.missing() == []
    assert documents.resolve(root["x"]) == {"v": 1}


def test_a_document_may_refer_back_to_the_first():
    root = {"x": {"$ref": "b.json#/P"}, "here": {"v": 5}}
    documents = Documents(root, "http://site.test/a.json")
    documents.add("http://site.test/b.json", {"P": {"$ref": "a.json#/here"}})
    assert documents.missing() == []
    assert documents.resolve(root["x"]) == {"v": 5}


@pytest.mark.parametrize("reference", ["#/gone", "#/list/9", "other.yaml#/x"])
def test_a_reference_that_leads_nowhere(reference):
    with pytest.raises(DeadReference):
        Documents({"list": [1]}).resolve({"$ref": reference})


def test_a_circle_of_references_ends():
    with pytest.raises(DeadReference, match="circle"):
        Documents({"a": {"$ref": "#/b"}, "b": {"$ref": "#/a"}}).resolve({"$ref": "#/a"})


def test_shared_nodes_are_walked_once():
    node = {"v": 1}
    for _ in range(60):  # as YAML's aliases build them: 2**60 paths to one leaf
        node = {"a": node, "b": node}
    assert Documents(node).missing() == []


def test_what_is_a_reference():
    assert reference_of({"$ref": "#/a"}) == "#/a"
    assert reference_of({"$ref": {"type": "string"}}) is None  # a property of that name
    assert reference_of([]) is None
