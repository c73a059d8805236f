import json
from pathlib import Path

import pytest

from s2n.errors import UsageError
from s2n.s2nscanner.auth.recording import Change, Click, Navigate, SetViewport, WaitForElement, read_recording

EXPORTED = {
    "title": "Recording 7",
    "timeout": 3000,
    "steps": [
        {
            "type": "setViewport",
            "width": 1200,
            "height": 800,
            "deviceScaleFactor": 1,
            "isMobile": False,
            "hasTouch": False,
            "isLandscape": False,
        },
        {
            "type": "navigate",
            "url": "http://site.test/",
            "assertedEvents": [{"type": "navigation", "url": "http://site.test/", "title": "Shop"}],
        },
        {
            "type": "click",
            "target": "main",
            "selectors": [["aria/Log in"], ["#enter"], ['xpath///*[@id="enter"]'], ["pierce/#enter"]],
            "offsetX": 12.5,
            "offsetY": 8,
        },
        {
            "type": "change",
            "value": "{username}",
            "selectors": ["#user", ["my-form", "input"]],
            "frame": [0, 1],
        },
        {"type": "waitForElement", "selectors": ["#menu"], "count": 2, "operator": "=="},
    ],
}


def written(folder: Path, recording: object) -> str:
    file = folder / "login.json"
    file.write_text(recording if isinstance(recording, str) else json.dumps(recording))
    return str(file)


def test_what_the_recorder_exports_is_read(tmp_path: Path) -> None:
    recording = read_recording(written(tmp_path, EXPORTED))
    viewport, navigate, click, change, wait = recording.steps
    assert isinstance(viewport, SetViewport)
    assert (viewport.width, viewport.height) == (1200, 800)
    assert isinstance(navigate, Navigate)
    assert navigate.asserted_events[0].type == "navigation"
    assert isinstance(click, Click)
    assert (click.selectors[0], click.offset_x, click.button) == (("aria/Log in",), 12.5, "primary")
    assert isinstance(change, Change)
    assert (change.selectors, change.frame) == (("#user", ("my-form", "input")), (0, 1))
    assert isinstance(wait, WaitForElement)
    assert (wait.operator, wait.count, wait.visible) == ("==", 2, True)
    assert (recording.title, recording.timeout) == ("Recording 7", 3000)
    assert "{username}" in recording.values


@pytest.mark.parametrize(
    ("recording", "message"),
    [
        ("nothing", r"cannot be read: JSON is malformed"),
        ({"title": "x"}, r"cannot be read: Object missing required field `steps`"),
        ({"steps": []}, r"has no steps"),
        ({"steps": [{"type": "navigate", "url": "/"}, {"type": "customStep"}]}, r"step 2 .* \(customStep\)"),
        ({"steps": [{"url": "/"}]}, r"step 1 .* \(without a type\) cannot be played"),
        ({"steps": [{"type": "change", "selectors": ["a"], "value": 5}]}, r"\(change\) .* got `int`"),
        ({"steps": [{"type": "click", "selectors": []}]}, r"step 1 .* needs selectors"),
    ],
)
def test_what_cannot_be_played_is_named(tmp_path: Path, recording: object, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        read_recording(written(tmp_path, recording))
    assert caught.value.remedy
    assert caught.value.exit_code == 2


def test_a_password_in_it_is_in_no_message(tmp_path: Path) -> None:
    steps = [
        {"type": "change", "selectors": ["a"], "value": "hunter2"},
        {"type": "hover", "value": "hunter2"},
    ]
    with pytest.raises(UsageError) as caught:
        read_recording(written(tmp_path, {"steps": steps}))
    assert "hunter2" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_recording(str(tmp_path / "none.json"))
