from s2n.lab.traps import traps

TRAPS = {
    "/news", "/tutorial", "/glossary", "/lesson", "/cellar", "/longread", "/guarded", "/mirror", "/shelf",
    "/calculator",
}  # fmt: skip


def test_every_trap_is_shown_below():
    assert {label.path for label in traps.labels} == TRAPS
    assert not any(label.flawed for label in traps.labels)


def test_the_news_never_look_the_same(visitor):
    assert len({visitor.normal("GET /news", "id").text for _ in range(5)}) == 5


def test_the_tutorials_quote_errors_whatever_is_asked(visitor):
    for place, sign in ((("GET /tutorial", "topic"), "ORA-01756"), (("GET /lesson", "topic"), "uid=0(root)")):
        assert sign in visitor.normal(*place).text
        assert visitor.at(*place, "'").text == visitor.normal(*place).text


def test_the_glossary_quotes_errors_for_any_unknown_word(visitor):
    place = ("GET /glossary", "word")
    assert "ORA-01756" not in visitor.normal(*place).text
    assert visitor.at(*place, "unheard").text == visitor.at(*place, "'").text
    assert "ORA-01756" in visitor.at(*place, "unheard").text


def test_the_cellar_is_slow_whatever_the_id(visitor):
    assert visitor.at("GET /cellar", "id", "1; sleep 9").seconds < 2


def test_a_long_text_takes_longer_up_to_a_second(visitor):
    assert visitor.at("GET /longread", "text", "x" * 30).seconds >= 0.3
    assert visitor.at("GET /longread", "text", "").seconds < 0.3


def test_the_guard_refuses_payloads_and_lets_the_rest_pass(visitor):
    place = ("GET /guarded", "id")
    normal = visitor.normal(*place)
    assert normal.status == 200
    assert visitor.at(*place, "7").text == normal.text
    refused = [
        visitor.at(*place, value) for value in ("1'", "1 OR 1=1", "<svg>", "$(id)", "../../etc/passwd")
    ]
    assert {answer.status for answer in refused} == {403}
    assert "<svg>" not in refused[2].text


def test_the_mirror_echoes_encoded(visitor):
    assert "<p>&lt;svg&gt;&#x27;</p>" in visitor.at("GET /mirror", "text", "<svg>'").text


def test_the_shelf_differs_by_number_only(visitor):
    place = ("GET /shelf", "page")
    assert visitor.at(*place, "2").text != visitor.normal(*place).text
    assert visitor.at(*place, "1 AND 1=2").text == visitor.normal(*place).text
    assert visitor.at(*place, "²").text == visitor.normal(*place).text


def test_the_calculator_computes_two_numbers_and_nothing_else(visitor):
    place = ("GET /calculator", "sum")
    assert "<p>5332114</p>" in visitor.at(*place, "1234*4321").text
    assert "<p>3</p>" in visitor.at(*place, "5 - 2").text
    assert "<p>7</p>" in visitor.at(*place, "5+2").text
    assert "5332114" not in visitor.at(*place, "1234*4321*1").text
    assert "Type a sum" in visitor.at(*place, "²*²").text
