"""Several files with one report: all of them or none, named by their hashes, erased one by one, bounded by day."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from models.session import reading
from rules.errors import OutsideFailed, RequestRefused, SeveralRefused
from rules.evidence import as_data, named
from tests.usecases import small
from tests.usecases.conftest import Ward
from tests.usecases.files import PDF, jpeg
from usecases import evidence, record, show, unit_page
from usecases.evidence import MAX_FILES, Handed, Sent, digest, path_of
from usecases.plans import find, in_force
from usecases.redact import redact
from usecases.verify import verify

WORK = "tuyen-truyen/cong-an/thang-6"
DAY = "2025-06-02"
WHY = "Gửi nhầm tệp"


def pages(count: int, size: int = 0) -> list[Sent]:
    return [Sent(f"trang-{n}.pdf", PDF + f"% {n}".encode() + bytes(size)) for n in range(1, count + 1)]


def hand_in(ward: Ward, files: Any, work: str = WORK, **more: Any) -> record.Recorded:
    unit = work.split("/")[1]
    return ward.done(work, unit, DAY, evidence=files, evidence_folder=ward.home, **more)


def data(ward: Ward, work: str = WORK) -> list[dict[str, Any]]:
    """What the entries of the work say, in order."""
    return [each.data for each in show.show(ward.engine, occurrence=work, now=small.at(DAY)).ledger]


def line_of(ward: Ward, seq: int) -> show.Line:
    lines = show.show(ward.engine, occurrence=WORK, now=small.at(DAY)).ledger
    return next(each for each in lines if each.seq == seq)


def stored(ward: Ward) -> set[str]:
    return {str(each.relative_to(ward.home)) for each in ward.home.rglob("*") if each.is_file()}


def test_one_file_is_a_word_and_several_a_list(ward: Ward) -> None:
    """The first form stays as it was, so that what is in the chain and what is written now read alike."""
    files = pages(3)
    hand_in(ward, files)
    assert data(ward)[-1]["evidence"] == [digest(each) for each in files]
    hand_in(ward, files[:1], "tham-hoi/to-01/thang-6")
    assert data(ward, "tham-hoi/to-01/thang-6")[-1]["evidence"] == digest(files[0])
    assert stored(ward) == {f"{digest(each)[:2]}/{digest(each)}" for each in files}
    assert verify(ward.engine, evidence_folder=ward.home).as_json()["faults"] == []
    for hashes in ((), ("a",), ("a", "b")):
        assert named({"evidence": as_data(hashes)}) == hashes
    assert named({}) == ()


def test_the_unit_opens_each_of_its_files(ward: Ward) -> None:
    """In the order they were sent, by their names."""
    files = pages(3)
    hand_in(ward, files)
    with reading(ward.engine) as session:
        plan = in_force(session, *find(session, None))
    (said,) = unit_page.history(ward.engine, in_force=plan, unit="cong-an")
    assert said.files == tuple((digest(each), None) for each in files)
    for each in files:
        found = unit_page.file(ward.engine, in_force=plan, unit="cong-an", sha256=digest(each))
        assert found is not None and found.name == each.name
        assert unit_page.file(ward.engine, in_force=plan, unit="to-01", sha256=digest(each)) is None


def test_the_same_page_twice_is_one_file(ward: Ward) -> None:
    """Chosen twice in an album; the first name stays."""
    one, two = Handed("trang 1.pdf", PDF), Handed("trang 1 (2).pdf", PDF)
    hand_in(ward, [one, two])
    assert data(ward)[-1]["evidence"] == sha256(PDF).hexdigest()


def test_what_is_refused_is_said_all_at_once_and_nothing_is_kept(ward: Ward) -> None:
    """Each file by its name, what the work lacks besides, and photographs where none are taken."""
    heic = b"\0\0\0\x18ftypheic" + bytes(40)
    files = [Handed("a.pdf", PDF), Handed("IMG_1.HEIC", heic), Handed("b.exe", b"MZ"), Handed("c.jpg", jpeg())]
    with pytest.raises(SeveralRefused) as refused:
        hand_in(ward, files, "tham-hoi/to-01/thang-6")
    assert [(name, each.code) for name, each in refused.value.each] == [
        ("IMG_1.HEIC", "upload.heic"),
        ("b.exe", "upload.unknown_kind"),
        ("c.jpg", "upload.no_photos"),
    ]
    with pytest.raises(SeveralRefused) as refused:
        ward.done("bao-cao/a/6-thang", "a", DAY, evidence=files[1:2], evidence_folder=ward.home)
    assert [each.code for _, each in refused.value.each] == ["upload.heic", "request.needs_document"]
    with pytest.raises(RequestRefused, match=r"upload\.heic"):
        hand_in(ward, files[1:2])
    with pytest.raises(SeveralRefused) as refused:
        hand_in(ward, files[:2])
    assert [name for name, _ in refused.value.each] == ["IMG_1.HEIC"]
    assert stored(ward) == set()
    assert [each for each in data(ward) if "evidence" in each] == []


def test_there_is_an_end_to_how_many_and_how_much(ward: Ward) -> None:
    """Ten files; together no more than a telephone sends in some minutes."""
    with pytest.raises(RequestRefused, match=r"upload\.too_many "):
        hand_in(ward, pages(MAX_FILES + 1))
    with pytest.raises(RequestRefused, match=r"upload\.too_large_together"):
        hand_in(ward, pages(3, 14 * 1024 * 1024))
    hand_in(ward, pages(MAX_FILES))
    assert len(stored(ward)) == MAX_FILES


def test_the_same_request_again_stores_nothing(ward: Ward) -> None:
    """With the same files it is the entry that it made; with others its id is refused, and they are not kept."""
    first = hand_in(ward, pages(2), request_id="r")
    assert hand_in(ward, pages(2), request_id="r").seq == first.seq
    with pytest.raises(RequestRefused, match=r"request\.request_reused"):
        hand_in(ward, pages(3), request_id="r")
    assert len(stored(ward)) == 2


def test_one_of_several_files_is_erased(ward: Ward) -> None:
    """The others stay and open; what is left is told apart, then nothing is; `verify` agrees at each step."""
    files = pages(3)
    told = hand_in(ward, files)
    hashes = [digest(each) for each in files]
    erase = {"seq": told.seq, "file": True, "reason": WHY, "now": small.at(DAY), "recorded_by": "vp"}
    with pytest.raises(RequestRefused, match=r"redact\.no_such_file"):
        redact(ward.engine, only="ff" * 32, evidence_folder=ward.home, **erase)
    redact(ward.engine, only=hashes[1][:12], evidence_folder=ward.home, **erase)
    assert [path_of(ward.home, each).exists() for each in hashes] == [True, False, True]
    line = line_of(ward, told.seq)
    assert (set(line.files_erased), line.file_erased_on) == ({hashes[1]}, None)
    assert verify(ward.engine, evidence_folder=ward.home).as_json()["faults"] == []
    redact(ward.engine, evidence_folder=ward.home, **erase)
    line = line_of(ward, told.seq)
    assert (set(line.files_erased), str(line.file_erased_on)) == (set(hashes), DAY)
    assert stored(ward) == set()
    assert verify(ward.engine, evidence_folder=ward.home).as_json()["faults"] == []


# A day's room


def test_a_unit_sends_so_much_in_a_day_and_no_more(ward: Ward) -> None:
    """What is refused is not kept and not counted; the next day there is room again."""
    half = 600_000
    most = 2 * (half + len(PDF) + 10)
    hand_in(ward, pages(1, half), most_a_day=most)
    ward.say("retracted", WORK, DAY, by="cong-an", reason="Nhầm")
    more = [Sent("khác.pdf", PDF + b"% x" + bytes(2 * half))]
    with pytest.raises(RequestRefused, match=r"upload\.day_full") as refused:
        hand_in(ward, more, most_a_day=most)
    assert refused.value.values["unit"] == "Công an"
    assert len(stored(ward)) == 1
    again = pages(2, half)  # the first lies there already and costs nothing
    hand_in(ward, again, most_a_day=most)
    ward.say("retracted", WORK, DAY, by="cong-an", reason="Nhầm")
    with pytest.raises(RequestRefused, match=r"upload\.day_full"):
        hand_in(ward, pages(3, half), most_a_day=most)
    ward.done(WORK, "cong-an", "2025-06-03", evidence=pages(3, half), evidence_folder=ward.home, most_a_day=most)
    assert len(stored(ward)) == 3


def test_another_units_day_is_its_own_and_the_office_is_not_bound(ward: Ward) -> None:
    """Nor does what the office enters take the room of who sends itself."""
    hand_in(ward, pages(1, 500_000))
    ward.say("retracted", WORK, DAY, by="cong-an", reason="Nhầm")
    one = [Sent("a.pdf", PDF + b"% a" + bytes(300_000))]
    hand_in(ward, one, most_a_day=400_000)
    two = [Sent("b.pdf", PDF + b"% b" + bytes(300_000))]
    hand_in(ward, two, "tham-hoi/to-01/thang-6", most_a_day=400_000)
    three = [Sent("c.pdf", PDF + b"% c" + bytes(300_000))]
    ward.say("retracted", WORK, DAY, by="cong-an", reason="Nhầm")
    with pytest.raises(RequestRefused, match=r"upload\.day_full"):
        hand_in(ward, three, most_a_day=400_000)


# Killed


def test_killed_at_every_step_no_entry_is_without_its_files(ward: Ward) -> None:
    """A real process and real kills: no half file under a name, no entry without its files, nothing left that the night
    does not find; sent again it is recorded once."""
    every = 1 if ward.engine.dialect.name == "sqlite" else 3
    ward.engine.dispose()
    url = ward.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.usecases.killed", url, str(ward.home), WORK, str(every)]
    house = Path(__file__).parents[2]
    ran = subprocess.run(command, cwd=house, capture_output=True, text=True, timeout=900, check=False)
    assert ran.returncode == 0, ran.stderr
    steps = [json.loads(line) for line in ran.stdout.splitlines()]
    assert sum(each["killed"] for each in steps) > 25 / every
    assert steps[-1]["killed"] is False
    before = [each for each in steps if not each["entries"]]
    assert any(not each["files"] for each in before) and any(len(each["files"]) > 3 for each in before)
    for seen in steps:
        named_ = {sha for each in seen["entries"] for sha in named(each)}
        assert len(seen["entries"]) <= 1
        assert named_ == set(seen["rows"])
        whole = {Path(path).name for path, found in seen["files"].items() if Path(path).name == found}
        pending = {Path(path).name for path in seen["files"] if path.startswith("pending/")}
        bytes_of = {path: found for path, found in seen["files"].items() if not path.startswith("pending/")}
        others = {Path(path).name for path, found in bytes_of.items() if Path(path).name != found}
        assert named_ <= whole
        assert whole <= named_ | pending, "bytes that the night would not find"
        assert all(each.startswith(".part-") for each in others), "half a file under a name"
    # the night, an hour later
    now = small.at(DAY) + timedelta(days=1)
    for each in ward.home.rglob("*"):
        os.utime(each, (small.at(DAY).timestamp(),) * 2)
    assert evidence.settle(ward.engine, folder=ward.home, now=now) > 8 / every
    assert stored(ward) == {f"{sha[:2]}/{sha}" for sha in named(steps[-1]["entries"][0])}
    assert evidence.settle(ward.engine, folder=ward.home, now=now) == 0
    assert verify(ward.engine, evidence_folder=ward.home).as_json()["faults"] == []


def test_the_night_touches_nothing_that_was_not_announced(ward: Ward) -> None:
    """A folder beside the wrong database loses nothing; what was announced just now is left to who does it."""
    lost = path_of(ward.home, "ab" * 32)
    lost.parent.mkdir(parents=True)
    lost.write_bytes(b"of another database")
    hand_in(ward, pages(1))
    (ward.home / "pending").mkdir(exist_ok=True)
    fresh = ward.home / "pending" / ("cd" * 32)
    fresh.write_bytes(b"")
    kept = stored(ward)
    assert evidence.settle(ward.engine, folder=ward.home, now=small.at(DAY)) == 0
    assert stored(ward) == kept
    assert evidence.settle(ward.engine, folder=ward.home / "none", now=small.at(DAY)) == 0


def test_what_goes_while_the_night_looks_stops_it_not(ward: Ward) -> None:
    """Whoever hands in another file just then takes an announcement and a part away between two looks (here: links that
    lead nowhere). What is to go goes."""
    lost, pending = path_of(ward.home, "ab" * 32), ward.home / "pending"
    for folder in (lost.parent, pending):
        folder.mkdir(parents=True)
    for each in (lost, pending / lost.name):
        each.write_bytes(b"")
        os.utime(each, (small.at(DAY).timestamp(),) * 2)
    for gone in (lost.with_name(".part-0"), pending / ("aa" * 32)):
        gone.symlink_to(ward.home / "nowhere")
    assert evidence.settle(ward.engine, folder=ward.home, now=small.at(DAY) + timedelta(days=1)) == 1
    assert not lost.exists() and not (pending / lost.name).exists()


def test_an_announcement_that_outlived_its_entry_takes_nothing(ward: Ward) -> None:
    """Killed between the commit and the end: the night takes the announcement, and leaves the file."""
    (one,) = pages(1)
    hand_in(ward, [one])
    left = ward.home / "pending" / digest(one)
    left.write_bytes(b"")
    os.utime(left, (small.at(DAY).timestamp(),) * 2)
    assert evidence.settle(ward.engine, folder=ward.home, now=small.at(DAY) + timedelta(days=1)) == 0
    assert stored(ward) == {f"{digest(one)[:2]}/{digest(one)}"}


def test_an_entry_that_fails_takes_its_files_back(ward: Ward) -> None:
    """A disk that takes the first file and not the second: neither stays, and no announcement."""
    first, second = pages(2)
    place = path_of(ward.home, digest(second))
    place.parent.parent.mkdir(parents=True, exist_ok=True)
    place.parent.write_bytes(b"")  # no folder can be made there
    with pytest.raises(OutsideFailed, match=r"request\.cannot_write"):
        hand_in(ward, [first, second])
    assert stored(ward) == {place.parent.name}
    assert [each for each in data(ward) if "evidence" in each] == []
