"""Kept texts: packing, splicing and compacting give what building anew would give."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from outputs.calendar_cache import Chunk, compact, pack, splice

names = st.text(alphabet='ab\t-é"\\', min_size=1, max_size=4)
texts = st.binary(min_size=1, max_size=6)
held = st.dictionaries(names, texts, max_size=12)
changed = st.dictionaries(names, st.just(b"") | texts, max_size=12)


def anew(of: dict[str, bytes]) -> bytes:
    """The body built from nothing."""
    return b"".join(of[name] for name in sorted(of))


@given(held)
def test_a_chunk_gives_back_what_was_packed(of: dict[str, bytes]) -> None:
    """Names, texts and their order survive."""
    chunk = pack(sorted(of.items()))
    assert chunk.texts() == of
    assert list(chunk.lengths()) == sorted(of)
    assert chunk.body == anew(of)


@given(held, changed)
def test_splicing_is_building_anew(of: dict[str, bytes], changes: dict[str, bytes]) -> None:
    """Changed, added and removed texts land where they belong, and nothing else moves."""
    base = pack(sorted(of.items()))
    wanted = {name: text for name, text in (of | changes).items() if text}
    assert b"".join(splice(base, changes)) == anew(wanted)
    assert compact(base, changes) == pack(sorted(wanted.items()))


@given(held, st.lists(changed, max_size=4))
def test_changes_upon_changes_are_the_last_ones(of: dict[str, bytes], rows: list[dict[str, bytes]]) -> None:
    """A row of changes overrides those before it, also after it has been packed and read back."""
    base, layered, wanted = pack(sorted(of.items())), dict[str, bytes](), dict(of)
    for changes in rows:
        layered |= pack(sorted(changes.items())).texts()
        wanted |= changes
    assert b"".join(splice(base, layered)) == anew({name: text for name, text in wanted.items() if text})


def test_a_splice_copies_what_did_not_change_as_it_lies() -> None:
    """One changed text among many leaves two long pieces around it, not a piece for each text."""
    base = pack([(f"{at:04}", b"x" * 50) for at in range(1000)])
    pieces = splice(base, {"0500": b"new"})
    assert [len(piece) for piece in pieces] == [25_000, 3, 24_950]
    assert splice(base, {}) == [base.body]


def test_an_empty_chunk_takes_changes() -> None:
    """A calendar that held nothing gains its first item."""
    assert b"".join(splice(Chunk("{}", b""), {"a": b"1", "b": b""})) == b"1"
