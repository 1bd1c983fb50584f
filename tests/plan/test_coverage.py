"""Coverage: pieces of duty text, word for word, clause by clause."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import plan
from plan.covering import cover, cut, find_quote
from plan.source import read_source
from plan.wording import fold
from tests.plan.tiny import edited, write

TEXT = """I. NHIỆM VỤ
1. Công an
- Tuần tra ban đêm; báo cáo kết quả. Hướng dẫn tổ dân phố “gương mẫu”… Tham gia tập huấn.
- Tổ chức tập huấn.
2. Trường học
- Tổ chức tập huấn.
"""


def covered(*quotes: tuple[str, str]) -> dict[str, object]:
    named = [("t", clause, quote) for clause, quote in quotes]
    return cover(read_source(TEXT), ["I"], {}, named).as_json()


def test_pieces_are_cut_at_sentences_and_semicolons() -> None:
    """A dot inside a number, a name or a document's sign ends nothing."""
    text = "Theo số 25.8.2025 của UBND; thực hiện Nghị định 56/2017/NĐ-CP. Ở phường… Tham gia. 100% trẻ em."
    assert [text[start:end] for start, end in cut(text)] == [
        "Theo số 25.8.2025 của UBND;",
        "thực hiện Nghị định 56/2017/NĐ-CP.",
        "Ở phường…",
        "Tham gia. 100% trẻ em.",
    ]


def test_a_piece_needs_every_word_in_a_quote() -> None:
    """One word short is uncovered, with its clause, line and words; punctuation does not count."""
    report = covered(("I.1-1", "Tuần tra ban đêm"), ("I.1-1", "báo cáo kết"))
    assert (report["obligations"], report["covered"]) == (6, 1)
    uncovered = report["uncovered"]
    assert isinstance(uncovered, list)
    assert uncovered[0] == {"clause": "I.1-1", "line": 3, "text": "báo cáo kết quả."}


def test_two_quotes_cover_one_piece_together() -> None:
    """Each word lies in some quote; a word cut in two lies in none."""
    assert covered(("I.1-1", "Tuần tra"), ("I.1-1", "ban đêm"))["covered"] == 1
    assert covered(("I.1-1", "Tuần tra ba"), ("I.1-1", "n đêm"))["covered"] == 0


def test_the_same_words_in_two_clauses_are_two_duties() -> None:
    """A quote covers its own clause only."""
    assert covered(("I.1-2", "Tổ chức tập huấn."))["covered"] == 1
    assert covered(("I.1-2", "Tổ chức tập huấn."), ("I.2-1", "Tổ chức tập huấn."))["covered"] == 2


def test_the_same_words_twice_in_one_clause_need_two_quotes() -> None:
    """Equal quotes take one place after the other."""
    source = read_source("I. A\n- Tổ chức tập huấn; tổ chức tập huấn.\n")
    one = cover(source, ["I"], {}, [("a", "I-1", "ổ chức tập huấn")])
    two = cover(source, ["I"], {}, [("a", "I-1", "Tổ chức tập huấn"), ("b", "I-1", "tổ chức tập huấn")])
    assert (one.covered, two.covered) == (0, 2)
    assert find_quote("tập huấn, tập huấn", "tập huấn", 1) == (10, 18)


def test_percent_is_by_words_and_never_rounds_up_to_100() -> None:
    """999 of 1,000 words covered are 99.9; 1,999 of 2,000 are not 100.0 either."""
    assert covered(("I.2-1", "Tổ chức tập huấn."))["percent"] == round(100 * 4 / 27, 1)
    long = " ".join(f"từ{n}" for n in range(1999))
    source = read_source(f"I. A\n- {long}; sót.\n")
    assert cover(source, ["I"], {}, [("a", "I-1", long)]).percent == 99.9
    assert cover(source, ["I"], {}, [("a", "I-1", f"{long}; sót.")]).percent == 100.0


def test_excluded_clauses_are_outside_and_printed() -> None:
    """An exclusion takes its clause out of the obligations and stands in the report with its reason."""
    report = cover(read_source(TEXT), ["I"], {"I.2": "của quận", "đề mục": "tên"}, []).as_json()
    assert report["obligations"] == 5
    assert report["excluded"] == [{"clause": "I.2", "why": "của quận"}, {"clause": "đề mục", "why": "tên"}]


def test_headings_never_count_as_duty() -> None:
    """Only clauses oblige; section titles are declared under `đề mục`."""
    report = covered()
    assert report["obligations"] == 6
    assert "Trường học" not in str(report["uncovered"])


@pytest.mark.parametrize(
    "quote",
    ["Tuần tra\n   ban đêm", "  Tuần tra ban đêm ", "Tuần  tra ban\tđêm"],
)
def test_white_space_does_not_matter(quote: str) -> None:
    """Quotes may be wrapped as the writer likes."""
    assert covered(("I.1-1", quote))["covered"] == 1


@pytest.mark.parametrize(
    ("written", "quoted"),
    [
        ("xã hội hoá", "xã hội hóa"),
        ("Uỷ ban", "Ủy ban"),
        ("khoẻ mạnh", "khỏe mạnh"),
        ("TRUY QUÝ THUỶ", "TRUY QÚY THỦY"),
    ],
)
def test_tone_placement_does_not_matter(written: str, quoted: str) -> None:
    """Both spellings occur in one document (domain-facts section 7), either way round."""
    assert find_quote(f"x {written} y", quoted) == (2, 2 + len(written))
    assert find_quote(f"x {quoted} y", written) == (2, 2 + len(written))


@pytest.mark.parametrize(("written", "quoted"), [("hòa", "hoa"), ("hỏa", "hòa"), ("Hóa", "hóa")])
def test_other_letters_do_matter(written: str, quoted: str) -> None:
    """Another tone or case is another word: quotes are verbatim."""
    assert find_quote(written, quoted) is None


def test_a_hyphen_broken_over_lines_matches_either_way() -> None:
    """«NĐ-» and «CP» on two lines are quoted as NĐ-CP, or as copied with the break."""
    clause = read_source("I. A\n- Theo 56/2017/NĐ-\nCP của Chính phủ.").by_address["I-1"]
    assert find_quote(clause.text, "56/2017/NĐ-CP của") is not None
    assert find_quote(clause.text, "56/2017/NĐ-\nCP của") is not None


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="oaeuyhqtcnòóỏõọàáảãạèéẻẽẹùúủũụỳýỷỹỵOAUYÁÀÓÙ ", max_size=30))
def test_folding_keeps_every_offset(text: str) -> None:
    """Places found in folded text are places in the text itself; folding twice changes nothing."""
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_coverage_of_a_plan_counts_targets_too(tmp_path: Path) -> None:
    """An indicator carries its clause as a task does."""
    target = "targets:\n  - { id: t, title: T, operator: keep, led_by: to, source: [{ clause: II.2, quote: Q }] }\n"
    words = "Thường xuyên rà soát hộ có trẻ em, đẩy mạnh xã hội hoá."
    changes: dict[str, str | bytes | None] = {
        "tasks/02-to.yaml": None,
        "targets.yaml": target.replace("quote: Q", f'quote: "{words}"'),
    }
    assert plan.coverage(plan.load(write(tmp_path, changes))).complete


def test_wrong_quotes_can_be_tolerated_to_list_them(tmp_path: Path) -> None:
    """`kehoach coverage` shows the quotes that stand nowhere instead of stopping at them."""
    tasks = edited("tasks/01-cong-an.yaml", ("quote: Tăng cường tuần tra", "quote: Tăng cường tuần phòng"))
    loaded = plan.load(write(tmp_path, {"tasks/01-cong-an.yaml": tasks}), tolerate=plan.QUOTE_CODES)
    report = plan.coverage(loaded).as_json()
    assert report["unmatched_quotes"] == [{"task": "tuan-tra", "clause": "II.1-1", "quote": "Tăng cường tuần phòng"}]
    assert [each["text"] for each in report["uncovered"]] == ["Tăng cường tuần tra;"]
    assert [each.code for each in loaded.warnings] == ["quote_not_found"]
