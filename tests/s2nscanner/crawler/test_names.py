"""Which names are of one thing."""

import pytest

from s2n.s2nscanner.crawler.names import is_id, leaves, nouns, plain, singular


@pytest.mark.parametrize("name", ["order_id", "orderId", "order-id", "OrderID", "order[id]"])
def test_one_name_in_many_spellings(name):
    assert plain(name) == "orderid"


@pytest.mark.parametrize(
    ("word", "one"),
    [
        ("orders", "order"),
        ("categories", "category"),
        ("boxes", "box"),
        ("addresses", "address"),
        ("address", "address"),
        ("order", "order"),
        ("ties", "tie"),
    ],
)
def test_singular(word, one):
    assert singular(word) == one


@pytest.mark.parametrize(
    ("path", "about"),
    [
        ("/api/v1/users/17/orders", ["order", "user"]),
        ("/orders/{id}/items/", ["item", "order"]),
        ("/items/create", ["item"]),
        ("/create", ["create"]),
        ("/shop/item.php", ["item", "shop"]),
        ("/17", []),
        ("", []),
    ],
)
def test_what_a_path_is_about(path, about):
    assert list(nouns(path)) == about


@pytest.mark.parametrize("name", ["id", "order_id", "orderId", "userID", "user.id", "order[id]", "item-uuid"])
def test_ids(name):
    assert is_id(name)


@pytest.mark.parametrize("name", ["paid", "width", "idea", "grid", "name", "", "IDs"])
def test_other_names(name):
    assert not is_id(name)


def test_leaves_answer_to_their_own_name_and_to_that_of_their_noun():
    value = {"data": {"_id": 7, "author": {"id": "a"}, "on": True}, "tags": [{"id": 1}, {"id": 2}]}
    assert [(names[0], text) for names, text in leaves(value, "post")] == [
        ("postid", "7"),
        ("authorid", "a"),
        ("tagid", "1"),
        ("tagid", "2"),
    ]


def test_deep_and_long_values_are_left():
    value = inner = {}
    for _ in range(1000):
        inner["a"] = inner = {}
    inner["id"] = 1
    assert list(leaves(value, "")) == []
    assert list(leaves({"id": "x" * 1000}, "")) == []
