"""What was written by mistake is erased everywhere: text, file, their names, and the bytes beneath the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text

from models import erasure
from models.session import begin, reading
from rules.errors import OutsideFailed, RequestRefused
from tests.usecases import small
from tests.usecases.conftest import Ward
from tests.usecases.test_cases import Office
from usecases import show, unit_page, verify
from usecases.evidence import Sent, digest, path_of
from usecases.plans import find, in_force
from usecases.redact import Redacted, redact

TASK = "tap-huan/a/nam"
NAME = "Nguyễn Thị Mận Xanh"
TOLD = f"Đã gặp gia đình cháu {NAME} ở tổ 3"
WHY = "Ghi nhầm thông tin cá nhân"
DAY = "2025-05-20"


def erase(ward: Ward, **more: Any) -> Redacted:
    return redact(ward.engine, **{"reason": WHY, "now": small.at(DAY), "recorded_by": "vp", **more})


def refused(code: str) -> Any:
    return pytest.raises(RequestRefused, match=code)


def everything(engine: Engine) -> str:
    """Every value of every table, as it would be dumped."""
    with reading(engine) as session:
        connection = session.connection()
        tables = inspect(engine).get_table_names()
        rows = [tuple(row) for name in tables for row in connection.execute(text(f'SELECT * FROM "{name}"'))]
    return repr(rows)


def on_disk(engine: Engine) -> bytes:
    """What the files of an SQLite database hold, its log among them."""
    path = Path(str(engine.url.database))
    return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))


def whole(ward: Ward) -> None:
    assert verify.verify(ward.engine, evidence_folder=ward.home).faults == []


def test_an_erased_text_is_nowhere(ward: Ward) -> None:
    """Not in a table, not in a free page or the log; the ledger verifies and says when and why."""
    said = ward.say("noted", TASK, DAY, note=TOLD)
    for n in range(200):  # pages split, so that old copies lie about
        ward.say("noted", TASK, DAY, note=f"Lời số {n}, " + "dài " * (n % 50))
    assert NAME in everything(ward.engine)
    done = erase(ward, seq=said.seq)
    assert (done.of, done.repeated) == (said.seq, False)
    assert NAME not in everything(ward.engine)
    if ward.engine.dialect.name == "sqlite":
        assert "Mận Xanh".encode() not in on_disk(ward.engine)
    whole(ward)
    shown = show.show(ward.engine, occurrence=TASK, now=small.at(DAY))
    line = next(each for each in shown.as_json()["ledger"] if each["seq"] == said.seq)
    assert (line["text"], line["erased_on"]) == (None, DAY)
    past = show.show(ward.engine, occurrence=TASK, now=small.at("2025-06-20"), as_of=small.at(DAY).date())
    assert NAME not in repr(past)


def test_the_units_history_says_that_it_was_erased(ward: Ward) -> None:
    """The unit reads when its words went; the entry that erased them is no line of its own."""
    said = ward.say("noted", TASK, DAY, note=TOLD)
    erase(ward, seq=said.seq)
    with reading(ward.engine) as session:
        plan = in_force(session, *find(session))
    (line,) = [each for each in unit_page.history(ward.engine, in_force=plan, unit="a") if each.seq == said.seq]
    assert (line.text, line.erased_on and line.erased_on.isoformat()) == (None, DAY)


def test_the_only_text_of_an_occurrence(ward: Ward) -> None:
    """An occurrence names its entry where one text is left; of two it is asked which."""
    first = ward.say("noted", TASK, DAY, note=TOLD)
    second = ward.say("noted", TASK, DAY, note="Chờ giảng viên")
    with refused("redact.which") as found:
        erase(ward, occurrence=TASK)
    assert found.value.values["seqs"] == f"{first.seq}, {second.seq}"
    erase(ward, seq=first.seq)
    assert erase(ward, occurrence=TASK).of == second.seq
    with refused("redact.nothing"):
        erase(ward, occurrence=TASK)
    whole(ward)


def test_erasing_again_records_nothing(ward: Ward) -> None:
    """It tells which entry did it; whoever was interrupted just sends it once more."""
    said = ward.say("noted", TASK, DAY, note=TOLD)
    first = erase(ward, seq=said.seq)
    again = erase(ward, seq=said.seq, now=small.at("2025-06-01"))
    assert (again.seq, again.on, again.repeated) == (first.seq, first.on, True)
    whole(ward)


@pytest.mark.parametrize(
    "reason",
    [
        f"Ghi nhầm tên cháu {NAME}",
        "Có tên Mận trong đó",
        "gặp gia đình cháu là sai",
        "Ghi số 3 của tổ",
        "Nhầm số 0912 345 678",
        "Sinh ngày 3/4/2015",
    ],
)
def test_a_reason_does_not_say_it_again(ward: Ward, reason: str) -> None:
    """A reason is kept for good: a name, words running, a number of what is erased are refused, and nothing is lost."""
    said = ward.say("noted", TASK, DAY, note=TOLD)
    with refused("redact.reason_tells"):
        erase(ward, seq=said.seq, reason=reason)
    assert NAME in everything(ward.engine)


@pytest.mark.parametrize(("reason", "code"), [(" ", "request.needs_reason"), ("a " * 120, "redact.reason_long")])
def test_a_reason_is_needed_and_short(ward: Ward, reason: str, code: str) -> None:
    """None, and one too long."""
    said = ward.say("noted", TASK, DAY, note=TOLD)
    with refused(code):
        erase(ward, seq=said.seq, reason=reason)


def test_only_the_office_erases(ward: Ward) -> None:
    """Another unit's word is refused; what is not there, or has no text, too."""
    said = ward.say("noted", TASK, DAY, note=TOLD)
    bare = ward.done(TASK, "a", DAY)
    for more, code in (
        ({"seq": said.seq, "by": "a"}, "redact.not_office"),
        ({"seq": 99}, "ledger.unknown_entry"),
        ({"seq": bare.seq}, "ledger.no_text"),
        ({"seq": bare.seq, "file": True}, "redact.no_file"),
        ({"seq": said.seq, "occurrence": "tuyen-truyen/cong-an/thang-6"}, "ledger.unknown_entry"),
    ):
        with refused(code):
            erase(ward, **more)
    assert erase(ward, seq=said.seq, by="van-phong").of == said.seq


def test_a_file_goes_and_its_hash_stays(ward: Ward) -> None:
    """Bytes and name are gone, `verify` accepts that because an entry says so, and the same file does not come back."""
    sent = Sent("Danh sách Mận Xanh.pdf", b"%PDF-1.4 " + NAME.encode())
    told = ward.done(TASK, "a", DAY, evidence=sent, evidence_folder=ward.home)
    shown = show.show(ward.engine, occurrence=TASK, now=small.at(DAY)).as_json()
    sha256 = shown["ledger"][-1]["data"]["evidence"]
    path = path_of(ward.home, sha256)
    assert path.is_file()
    erase(ward, seq=told.seq, file=True, evidence_folder=ward.home)
    assert not path.exists()
    assert "Mận" not in everything(ward.engine)
    whole(ward)
    shown = show.show(ward.engine, occurrence=TASK, now=small.at(DAY)).as_json()
    line = next(each for each in shown["ledger"] if each["seq"] == told.seq)
    assert (line["data"]["evidence"], line["file_erased_on"], line["erased_on"]) == (sha256, DAY, None)
    ward.say("retracted", TASK, DAY, by="a", reason="Nhầm tệp")
    with refused("redact.erased_before"):
        ward.done(TASK, "a", DAY, evidence=sent, evidence_folder=ward.home)
    assert not path.exists()


def test_a_file_that_came_back_is_found(ward: Ward) -> None:
    """`verify` sees bytes that an entry says are erased; erasing again takes them, as after a kill between the two."""
    sent = Sent("a.pdf", b"%PDF-1.4 x")
    told = ward.done(TASK, "a", DAY, evidence=sent, evidence_folder=ward.home)
    erase(ward, seq=told.seq, file=True)  # as a process that died before the folder
    (fault,) = verify.verify(ward.engine, evidence_folder=ward.home).faults
    assert fault.code == "verify.file_not_erased"
    assert erase(ward, seq=told.seq, file=True, evidence_folder=ward.home).repeated
    whole(ward)


def test_a_mark_without_an_entry_is_found(ward: Ward) -> None:
    """Whoever removes a file and only marks its row is found by `verify`."""
    ward.done(TASK, "a", DAY, evidence=Sent("a.pdf", b"%PDF-1.4 x"), evidence_folder=ward.home)
    with begin(ward.engine) as session:
        session.connection().execute(text("UPDATE evidence SET name = '', erased_seq = 1"))
    (fault,) = verify.verify(ward.engine, evidence_folder=ward.home).faults
    assert fault.code == "verify.erased_differs"


def test_another_plans_file_stays(ward: Ward, tmp_path: Path) -> None:
    """Plans share one folder: bytes that another plan's ledger names are not taken from it."""
    sent = Sent("a.pdf", b"%PDF-1.4 x")
    told = ward.done(TASK, "a", DAY, evidence=sent, evidence_folder=ward.home)
    other = small.write(tmp_path / "hai")
    small.edit(other / "plan.yaml", "id: nho-2025", "id: hai-2025")
    small.edit(other / "plan.yaml", "office: { id: nho,", "office: { id: hai,")
    Ward(ward.engine, other, ward.home).sync("2025-01-11")
    ward.done(TASK, "a", DAY, evidence=sent, evidence_folder=ward.home, plan="hai/hai-2025")
    erase(ward, seq=told.seq, file=True, evidence_folder=ward.home, plan="nho/nho-2025")
    whole(ward)
    with reading(ward.engine) as session:
        assert erasure.still_named(session, digest(sent))


def test_a_file_that_cannot_be_removed_is_said(ward: Ward) -> None:
    """The erasure is recorded, the failure told, and the next try finishes."""
    told = ward.done(TASK, "a", DAY, evidence=Sent("a.pdf", b"%PDF-1.4 x"), evidence_folder=ward.home)
    (path,) = [each for each in ward.home.rglob("*") if each.is_file()]
    body = path.read_bytes()
    path.unlink()
    path.mkdir()  # nobody may unlink a folder, root neither
    with pytest.raises(OutsideFailed, match=r"redact\.file_stays"):
        erase(ward, seq=told.seq, file=True, evidence_folder=ward.home)
    path.rmdir()
    path.write_bytes(body)
    assert erase(ward, seq=told.seq, file=True, evidence_folder=ward.home).repeated
    assert not path.exists()
    whole(ward)


def test_a_case_is_erased_by_who_is_named(ward: Ward) -> None:
    """The named account may, whatever its role; the office that is not named finds no such entry."""
    office = Office(ward)
    opener, vp = office.account("mo", "unit", unit="a"), office.account("vp", "office", unit="van-phong")
    case = office.open(opener)
    said = ward.say("noted", case, DAY, note=TOLD)
    with refused("ledger.unknown_entry"):
        erase(ward, seq=said.seq, caller=vp)
    plain = ward.say("noted", TASK, DAY, note=TOLD)
    with refused("redact.only_office"):
        erase(ward, seq=plain.seq, caller=opener)
    assert erase(ward, seq=said.seq, caller=opener).occurrence == case
    assert erase(ward, seq=plain.seq, caller=vp).occurrence == TASK
    assert NAME not in everything(ward.engine)
    whole(ward)


def test_a_busy_database_is_said(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader who holds an old moment keeps old bytes in the log: it is told, and the next try finishes."""
    if ward.engine.dialect.name == "postgresql":
        assert erasure.scrub(ward.engine)  # its old rows are the server's to remove: docs/settings.md
        return
    monkeypatch.setattr(erasure, "WAIT_SECONDS", 0.1)
    said = ward.say("noted", TASK, DAY, note=TOLD)
    with reading(ward.engine) as session:
        session.connection().execute(text("SELECT count(*) FROM entry")).scalar()
        with pytest.raises(OutsideFailed, match=r"redact\.pages_stay"):
            erase(ward, seq=said.seq)
    assert erase(ward, seq=said.seq).repeated
    assert "Mận Xanh".encode() not in on_disk(ward.engine)


def test_scrubbing_reaches_what_was_only_given_up(ward: Ward) -> None:
    """Bytes in pages that were freed without being overwritten, as versions before this one left them, go with it."""
    if ward.engine.dialect.name == "postgresql":
        assert erasure.scrub(ward.engine)
        return
    with begin(ward.engine) as session:
        connection = session.connection()
        connection.exec_driver_sql("PRAGMA secure_delete=OFF")
        connection.exec_driver_sql("CREATE TABLE scratch (said TEXT)")
        connection.exec_driver_sql("INSERT INTO scratch VALUES (?)", (TOLD * 200,))
    with begin(ward.engine) as session:
        session.connection().exec_driver_sql("DROP TABLE scratch")
    assert erasure.scrub(ward.engine)
    assert "Mận Xanh".encode() not in on_disk(ward.engine)
    assert verify.verify(ward.engine).faults == []
