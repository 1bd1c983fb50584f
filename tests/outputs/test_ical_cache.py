"""Kept texts: packing, splicing and compacting give what building anew would give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outputs import calendar_cache
from outputs.calendar_cache import Piece, compact, join, pack, splice

names = st.text(alphabet='ab\t-é"\\', min_size=1, max_size=4)
texts = st.binary(min_size=1, max_size=6)
held = st.dictionaries(names, texts, max_size=12)
changed = st.dictionaries(names, st.just(b"") | texts, max_size=12)


def anew(of: dict[str, bytes]) -> bytes:
    """The body built from nothing."""
    return b"".join(of[name] for name in sorted(of))


def body(pieces: Iterable[Piece]) -> bytes:
    """The pieces joined."""
    return b"".join(pieces)


@pytest.fixture(autouse=True, params=[1, 9, calendar_cache.CHUNK_OCTETS])
def _chunk_octets(request: pytest.FixtureRequest) -> Iterator[None]:
    """Chunks of one text, of a few, and of all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calendar_cache, "CHUNK_OCTETS", request.param)
        yield


@given(held)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_chunks_give_back_what_was_packed(of: dict[str, bytes]) -> None:
    """Names, texts and their order survive; there is always a chunk."""
    chunks = pack(sorted(of.items()))
    assert [pair for chunk in chunks for pair in chunk.texts()] == sorted(of.items())
    assert b"".join(chunk.body for chunk in chunks) == anew(of)
    assert chunks


@given(held, changed)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_splicing_is_building_anew(of: dict[str, bytes], changes: dict[str, bytes]) -> None:
    """Changed, added and removed texts land where they belong, and nothing else moves."""
    base = pack(sorted(of.items()))
    wanted = {name: text for name, text in (of | changes).items() if text}
    assert body(splice(base, changes)) == anew(wanted)
    assert compact(base, changes) == pack(sorted(wanted.items()))


@given(held, st.lists(changed, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_changes_upon_changes_are_the_last_ones(of: dict[str, bytes], layers: list[dict[str, bytes]]) -> None:
    """A layer overrides those before it, also after it has been packed and read back."""
    base, changes, wanted = pack(sorted(of.items())), dict[str, bytes](), dict(of)
    for layer in layers:
        changes |= {name: text for chunk in pack(sorted(layer.items())) for name, text in chunk.texts()}
        wanted |= layer
    assert body(splice(base, changes)) == anew({name: text for name, text in wanted.items() if text})


def test_a_splice_copies_what_did_not_change_as_it_lies() -> None:
    """One changed text leaves every other chunk in one piece, and two pieces around it in its own."""
    base = pack((f"{at:04}", b"x" * 50) for at in range(1000))
    pieces = list(splice(base, {"0500": b"new"}))
    assert len(pieces) <= len(base) + 2
    assert len(body(pieces)) == 50_000 - 50 + 3
    assert list(splice(base, {})) == [chunk.body for chunk in base]


def test_an_empty_calendar_takes_changes() -> None:
    """A calendar that held nothing gains its first item."""
    assert body(splice(pack([]), {"a": b"1", "b": b""})) == b"1"
    assert compact(pack([]), {"a": b""}) == pack([])


@pytest.mark.parametrize("expected", [0, 1, 5, 6, 7, 100])
def test_joining_needs_no_exact_expectation(expected: int) -> None:
    """Too much or too little set aside gives the same bytes."""
    assert join([b"ab", memoryview(b"cde"), b"", b"f"], expected) == b"abcdef"
    assert join([], expected) == b""
