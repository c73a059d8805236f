from s2n.model.option import option


def test_a_description_holds_what_the_readers_of_options_need() -> None:
    meta = option("What.", "-x", "--xyz", group="http", secret=True, unit="seconds", ge=1)
    assert meta.description == "What."
    assert meta.ge == 1
    assert meta.extra == {
        "flags": ("-x", "--xyz"),
        "group": "http",
        "metavar": "",
        "secret": True,
        "hidden": False,
        "unit": "seconds",
        "commas": False,
    }
