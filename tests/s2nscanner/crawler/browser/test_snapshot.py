"""A page's state, and what stands in one more of its frames."""

from support.walks import candidate, group, snapshot


def test_a_frames_elements_keep_their_frame_and_their_forms():
    outer = snapshot(candidates=(candidate("A", group=0), candidate("B")), groups=(group(),))
    inner = snapshot(
        looks={2},
        words={(1, 2)},
        candidates=(candidate("C", group=0), candidate("D")),
        groups=(group(action="/inner"),),
        cut=True,
    )
    both = outer.joined(inner, 3)
    assert [(each.label, each.frame, each.group) for each in both.candidates] == [
        ("A", 0, 0),
        ("B", 0, -1),
        ("C", 3, 1),
        ("D", 3, -1),
    ]
    assert both.groups[1].action == "/inner"
    assert both.looks == {1, 2}
    assert both.words == {(1, 2)}
    assert both.cut


def test_a_documents_of_the_browser_is_none_of_a_site():
    assert snapshot("https://site.test/").is_web
    assert not snapshot("about:blank").is_web
    assert not snapshot("chrome-error://chromewebdata/").is_web
