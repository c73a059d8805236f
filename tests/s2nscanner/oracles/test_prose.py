import pytest

from s2n.s2nscanner.oracles.prose import own_text, plain_text

P = "<p>This paragraph explains what the reader is going to see below.</p>"


def test_plain_text():
    assert plain_text("<p>a &lt;b&gt;<br/>c<!-- <i> --></p>d<b\nx='1'>e</b>") == "\na <b>\nc\nde"
    assert plain_text("1 < 2 <3") == "1 < 2 <3"


@pytest.mark.parametrize(
    "page",
    [
        "<pre>SEEN</pre>",
        f"{P}<pre>SEEN</pre>",
        f"<div><pre>SEEN</pre></div>{P}{P}",
        "<div>SEEN</div>",
        "<p>SEEN</p>",
        "<table><td>SEEN</table>",
        "<pre>SEEN</pre><p>1:2:3:4:5:6:7:8:9:0:1:2:3:4:5:6:7:8:9:0:1:2:3</p><p>short</p>",
    ],
)
def test_what_a_page_says_itself(page):
    assert "SEEN" in own_text(page)


@pytest.mark.parametrize(
    "page",
    [
        f"{P}<pre>QUOTED</pre>{P}",
        f"{P}{P}<p>QUOTED</p>",
        "<pre><code>QUOTED</code></pre>",
        "<article><div>QUOTED</div></article>",
        "<blockquote>QUOTED</blockquote>",
        '<div class="highlight-python"><pre>QUOTED</pre></div>',
        "<textarea>QUOTED</textarea>",
        "<script>QUOTED</script>",
        "<article><p>x<article><code>QUOTED</code></article></article>",
    ],
)
def test_what_a_page_quotes(page):
    assert "QUOTED" not in own_text(page)
