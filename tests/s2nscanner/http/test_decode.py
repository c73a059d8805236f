import gzip
import os
import tracemalloc
import zlib

import brotli
import pytest
import zstandard

from s2n.s2nscanner.http.decode import decode

PLAIN = b"<html>" + b"hello " * 1000 + os.urandom(3000)
LIMIT = 1 << 20


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


ENCODERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}


@pytest.mark.parametrize("name", ENCODERS)
def test_each_encoding(name: str) -> None:
    assert decode(ENCODERS[name](PLAIN), name.upper() + " ", LIMIT) == (PLAIN, ())


def test_deflate_without_its_wrapper() -> None:
    assert decode(raw_deflate(PLAIN), "deflate", LIMIT) == (PLAIN, ())


def test_chained_encodings_are_undone_from_the_last() -> None:
    body = brotli.compress(gzip.compress(zlib.compress(PLAIN)))
    assert decode(body, "deflate, gzip,, identity, br", LIMIT) == (PLAIN, ())


def test_gzip_members_and_padding() -> None:
    body = gzip.compress(b"one") + gzip.compress(b"two") + b"\0" * 20
    assert decode(body, "gzip", LIMIT) == (b"onetwo", ())


def test_zstd_frames() -> None:
    body = zstandard.compress(b"one") + zstandard.compress(b"two")
    assert decode(body, "zstd", LIMIT) == (b"onetwo", ())


@pytest.mark.parametrize("encodings", ["", "identity", " , "])
def test_nothing_to_undo(encodings: str) -> None:
    assert decode(PLAIN, encodings, LIMIT) == (PLAIN, ())


def test_an_empty_body_is_of_any_encoding() -> None:
    assert decode(b"", "gzip", LIMIT) == (b"", ())


@pytest.mark.parametrize("name", ENCODERS)
@pytest.mark.parametrize("body", [b"<html>not encoded", b"x", b"\x1f\x8b", b"\xff" * 200])
def test_a_wrong_encoding_leaves_the_body_as_it_came(name: str, body: bytes) -> None:
    decoded, notes = decode(body, name, LIMIT)
    assert notes in {(f"wrong content-encoding: {name}",), (f"incomplete {name}",)}
    assert decoded == (body if notes[0].startswith("wrong") else b"")


def test_an_unknown_encoding_leaves_the_body_as_it_came() -> None:
    assert decode(PLAIN, "gzip, compress", LIMIT) == (PLAIN, ("unknown content-encoding: compress",))


def test_too_many_encodings_are_left_alone() -> None:
    assert decode(PLAIN, "gzip," * 6, LIMIT) == (PLAIN, ("unknown content-encoding: 6 stages",))


def test_a_wrong_inner_encoding_keeps_what_the_outer_gave() -> None:
    assert decode(gzip.compress(PLAIN), "br, gzip", LIMIT) == (PLAIN, ("wrong content-encoding: br",))


@pytest.mark.parametrize("name", ENCODERS)
def test_a_body_that_breaks_off_is_kept_as_far_as_it_came(name: str) -> None:
    body = ENCODERS[name](PLAIN)  # in zstd one block: nothing comes out before its end
    decoded, notes = decode(body[: len(body) - 500], name, LIMIT)
    assert PLAIN.startswith(decoded)
    assert notes == (f"incomplete {name}",)
    assert decoded.startswith(b"<html>hello") or name == "zstd"


@pytest.mark.parametrize("name", ENCODERS)
def test_a_body_corrupted_in_the_middle_is_kept_as_far_as_it_came(name: str) -> None:
    plain = os.urandom(300_000)
    body = bytearray(ENCODERS[name](plain))
    body[200_000:200_100] = b"\xff" * 100
    decoded, notes = decode(bytes(body), name, LIMIT)
    assert notes or decoded != plain
    assert decoded[:100_000] in {plain[:100_000], bytes(body)[:100_000]}


@pytest.mark.parametrize("name", ENCODERS)
def test_bombs_are_capped_in_bounded_memory(name: str) -> None:
    bomb = ENCODERS[name](b"a" * (64 << 20))
    tracemalloc.start()
    decoded, notes = decode(bomb, name, LIMIT)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(decoded), notes) == (LIMIT, ("body capped",))
    assert peak < 8 * LIMIT


def test_a_bomb_in_a_bomb_is_capped() -> None:
    bomb = gzip.compress(gzip.compress(b"a" * (64 << 20)))
    decoded, notes = decode(bomb, "gzip, gzip", LIMIT)
    assert (len(decoded), notes) == (LIMIT, ("body capped",))


def test_a_zstd_window_beyond_the_rfc_is_refused() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=27)
    body = zstandard.ZstdCompressor(compression_params=parameters).compressobj().compress(b"")
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    body = packer.compress(os.urandom(1000)) + packer.flush()
    assert decode(body, "zstd", LIMIT) == (body, ("wrong content-encoding: zstd",))


def test_thousands_of_empty_members_end() -> None:
    decoded, notes = decode(gzip.compress(b"") * 10_000, "gzip", LIMIT)
    assert (decoded, notes) == (b"", ("incomplete gzip",))


def test_exactly_the_limit_is_not_capped() -> None:
    assert decode(gzip.compress(b"a" * 100), "gzip", 100) == (b"a" * 100, ())
