from s2n.model import Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.oracles.places import MAX_ORIGINS, Places


def places(*urls, target="http://site.test/", **options):
    return Places(ScanRequest(target_url=target, **options), [Request.from_url(url) for url in urls])


def test_roots_begin_with_the_targets_own():
    many = [f"http://api.test/{n}" for n in range(3)]
    found = places("http://cdn.test/x", *many, "http://a.test/", "http://b.test/")
    assert found.roots[:2] == ["http://site.test/", "http://api.test/"]
    assert len(found.roots) == MAX_ORIGINS


def test_folders_by_use_without_ids():
    found = places("http://site.test/a/b/x", "http://site.test/a/y", "http://site.test/user/42/edit")
    assert found.folders(9) == [
        "http://site.test/a/",
        "http://site.test/a/b/",
        "http://site.test/user/",
    ]
    assert found.folders(1) == ["http://site.test/a/"]


def test_scope_folder():
    found = places(
        "http://site.test/app/a/x", "http://site.test/b/x", target="http://site.test/app/i", scope="folder"
    )
    assert found.roots == ["http://site.test/app/"]
    assert found.folders(9) == ["http://site.test/app/a/"]


def test_excluded():
    assert not places(exclude=("admin",)).allows("http://site.test/admin")
    assert places(exclude=("admin",)).allows("http://site.test/a")
