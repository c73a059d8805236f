import pytest

from s2n.lab.exposed import leftovers

LEFTOVERS = {
    "/.git/HEAD": "ref: refs/heads/",
    "/.git/config": "[core]",
    "/.env": "DB_PASSWORD=",
    "/backup.sql": "CREATE TABLE",
    "/config.php.bak": "<?php",
    "/phpinfo.php": "<title>phpinfo()</title>",
}
FOLDERS = {"/app/": 200, "/old/": 200, "/staff/": 403, "/2019/": 302}


def test_every_label_is_shown(places):
    assert places(leftovers, plugin="sensitive_files", flawed=True) == {(f"GET {p}", "") for p in LEFTOVERS}
    assert places(leftovers, plugin="sensitive_files", flawed=False) == {(f"GET {p}*", "") for p in FOLDERS}


@pytest.mark.parametrize(("path", "content"), LEFTOVERS.items())
def test_the_file_is_really_there(visitor, path, content):
    answer = visitor.send("GET", path)
    assert answer.status == 200
    assert content in answer.text
    assert visitor.send("GET", path + "x").status == 404


@pytest.mark.parametrize(("folder", "status"), FOLDERS.items())
def test_folders_answer_the_same_to_everything(visitor, folder, status):
    for path in (*LEFTOVERS, "/no/such/file"):
        answer = visitor.send("GET", folder + path[1:])
        assert answer.status == status
        assert not any(content in answer.text for content in LEFTOVERS.values())


def test_one_folder_names_the_path_without_markup(visitor):
    assert "old/svg onload=1> is not" in visitor.send("GET", "/old/%3Csvg%20onload=1>").text
