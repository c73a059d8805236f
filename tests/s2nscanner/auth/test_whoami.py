from s2n.s2nscanner.auth.whoami import MAX_ROOTS, usual_places


def test_beside_what_the_pages_ask_and_where_apis_usually_are() -> None:
    found = usual_places("http://h:81/app?x", ["http://h:81/v2/notes/list?limit=1", "http://h:81/v2/tags"])
    assert found[:2] == ["http://h:81/v2/user", "http://h:81/v2/me"]
    assert "http://h:81/v2/notes/me" in found
    assert {"http://h:81/api/users/me", "http://h:81/me"} <= set(found)
    assert len(found) == len(set(found))


def test_other_hosts_are_left_alone_and_few_folders_tried() -> None:
    assert usual_places("http://h/", ["http://else/v1/notes"]) == usual_places("http://h/", [])
    many = usual_places("http://h/", [f"http://h/{'x' * n}/notes" for n in range(1, 9)])
    assert len({url for url in many if url.startswith("http://h/x")}) == MAX_ROOTS * (
        len(many) // (MAX_ROOTS + 2)
    )
