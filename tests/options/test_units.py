import pytest

from s2n.options.units import seconds, show_seconds, show_size, size


@pytest.mark.parametrize(
    ("text", "value"),
    [("90", 90), ("90s", 90), ("10m", 600), ("1.5h", 5400), ("1d", 86400), ("250ms", 0.25), (" 2 H ", 7200)],
)
def test_times_as_people_write_them(text, value):
    assert seconds(text) == value


@pytest.mark.parametrize(
    ("text", "value"), [("4096", 4096), ("512k", 524288), ("8M", 8 << 20), ("1GB", 1 << 30), ("0.5k", 512)]
)
def test_sizes_as_people_write_them(text, value):
    assert size(text) == value


@pytest.mark.parametrize("text", ["", "s", "-5s", "5 weeks", "1e3", "nan", "5m5s"])
def test_what_is_neither(text):
    with pytest.raises(ValueError, match=r".*"):
        seconds(text)
    with pytest.raises(ValueError, match=r".*"):
        size(text)


@pytest.mark.parametrize("value", [0, 0.5, 1, 59, 60, 90, 120, 3600, 5400, 7200])
def test_a_shown_time_reads_back_as_itself(value):
    assert seconds(show_seconds(value)) == value


@pytest.mark.parametrize("value", [1, 1000, 1024, 1536, 8 << 20, 3 << 30])
def test_a_shown_size_reads_back_as_itself(value):
    assert size(show_size(value)) == value


def test_shown_as_short_as_it_goes():
    assert (show_seconds(120.0), show_seconds(30.0), show_size(8 << 20)) == ("2m", "30s", "8M")
