from s2n.lab.look import bad_request, failed, page, table


def test_titles_are_text_and_bodies_are_markup():
    body = page("<Tea>", "<p>x</p>", 404, head="<meta name=a>").body.decode()
    assert '<head><meta charset="utf-8"><meta name=a><title>&lt;Tea&gt; - Tea house</title></head>' in body
    assert "<h1>&lt;Tea&gt;</h1>\n<p>x</p>" in body


def test_cells_are_encoded():
    assert table([("<b>", 1)]) == "<table>\n<tr><td>&lt;b&gt;</td><td>1</td></tr>\n</table>"
    assert table([]) == "<p>No tea matches.</p>"


def test_errors_have_their_status():
    assert (failed().status, bad_request().status) == (500, 400)


def test_text_that_cannot_be_encoded_is_replaced():
    assert b"<p>?</p>" in page("t", "<p>\ud800</p>").body
