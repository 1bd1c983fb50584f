"""What a sync and a run came to, in lines for people."""

from __future__ import annotations

from outputs import explain


def test_a_changed_plan_lists_what_changed() -> None:
    """A first sync only counts; a later one names each with its sign, and the tasks whose clause changed."""
    report = {"plan": "p", "revision": 2, "unchanged": False, "added": ["a"], "changed": ["b"], "withdrawn": ["c"]}
    said = "\n".join(explain.synced_lines(report | {"flagged": ["t"]}, "vi"))
    assert "+ a" in said and "~ b" in said and "- c" in said and "«t»" in said
    first = explain.synced_lines(report | {"revision": 1, "flagged": []}, "vi")
    assert len(first) == 1


def test_a_night_says_a_line_a_stage_and_who_takes_over() -> None:
    """Succession by document and work that no document assigns are both told."""
    sweep = {"plan": "p", "notices": 3, "overdue": 1, "succession": {"moved": {"a → b": 2}, "undecided": {"c": 4}}}
    deliver = {"plan": "p", "sent": 3, "folded": 0, "failed": 0, "events": 1, "waiting_events": 0}
    publish = {"plan": "p", "folder": "out", "files": ["a", "b"], "changed": ["a"], "progress": []}
    said = explain.run_lines({"sweep": [sweep], "deliver": [deliver], "publish": [publish]}, "vi")
    joined = "\n".join(said)
    for words in ("3 lời nhắc", "a → b: 2", "c: 4 việc chưa có văn bản", "đã gửi 3", "2 tệp trong out, 1 tệp"):
        assert words in joined
