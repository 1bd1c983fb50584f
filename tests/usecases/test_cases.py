"""Who sees a case: whom the ledger names, from that entry to the one that ends it, and nobody else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from models.session import begin, reading
from rules.errors import RequestRefused
from rules.values import Key
from tests.usecases import small
from tests.usecases.conftest import Ward
from usecases import accounts, cases, events, naming, plans, record, succession, verify
from usecases.naming import Caller

OPENED = small.at("2025-05-20", 9)
LATER = small.at("2025-05-21", 9)


@dataclass
class Office:
    """A ward with accounts."""

    ward: Ward

    @property
    def engine(self) -> Engine:
        return self.ward.engine

    def account(self, login: str, *roles: str, unit: str | None = None) -> Caller:
        """A caller with an account of its own."""
        made = accounts.add(
            self.engine, login=login, name=login.title(), roles=roles, unit=unit, now=OPENED, made_by="thử"
        )
        with reading(self.engine) as session:
            from models.account import by_login

            row = by_login(session, made.login)
            assert row is not None
        return Caller(row.id, login, unit, frozenset(roles))

    def open(self, by: Caller | None = None, ref: str = "vv-01", **more: Any) -> str:
        named = (by.account,) if by else ()
        return events.open_event(
            self.engine,
            task="vu-viec",
            at=OPENED,
            ref=ref,
            now=OPENED,
            recorded_by=by.login if by else "dòng lệnh",
            **{"named": named, **more},
        ).occurrence

    def in_force(self) -> plans.InForce:
        with reading(self.engine) as session:
            return plans.in_force(session, *plans.find(session))

    def sees(self, caller: Caller, occurrence: str, now: datetime = LATER) -> bool:
        """Whether the caller opens the case; its list says the same."""
        in_force = self.in_force()
        key = cases.key_of(in_force, *occurrence.split("/"))
        page = cases.page(self.engine, in_force=in_force, key=key, caller=caller, now=now)
        mine = cases.mine(self.engine, in_force=in_force, caller=caller, now=now)
        listed = occurrence in {item.terms.key.short for item in (*mine.open, *mine.closed)}
        assert listed == (page is not None)
        return listed

    def name(self, occurrence: str, to: Caller, caller: Caller | None, **more: Any) -> record.Recorded:
        return naming.name(
            self.engine,
            occurrence=occurrence,
            to=to.account,
            caller=caller,
            now=LATER,
            recorded_by=caller.login if caller else "dòng lệnh",
            **more,
        )

    def end(self, occurrence: str, to: Caller, caller: Caller | None) -> record.Recorded:
        return naming.end(
            self.engine,
            occurrence=occurrence,
            to=to.account,
            caller=caller,
            now=LATER,
            recorded_by=caller.login if caller else "dòng lệnh",
        )

    def whole(self) -> None:
        """The ledger gives every column and row again."""
        assert verify.verify(self.engine).faults == []


@pytest.fixture
def office(ward: Ward) -> Office:
    return Office(ward)


def refused(code: str) -> Any:
    return pytest.raises(RequestRefused, match=code)


def test_only_who_is_named_sees_a_case(office: Office) -> None:
    """The opener sees it; a colleague of the unit, its head, the office, the chair and the inspector do not."""
    opener = office.account("mo", "unit", unit="a")
    others = [
        office.account("ban", "unit", unit="a"),
        office.account("truong", "head", unit="a"),
        office.account("vp", "office", unit="van-phong"),
        office.account("theo-doi", "monitor", unit="a"),
        office.account("ct", "chair"),
        office.account("tt", "inspector"),
    ]
    case = office.open(opener)
    assert office.sees(opener, case)
    assert not any(office.sees(each, case) for each in others)
    office.whole()


def test_a_case_of_others_is_as_none(office: Office) -> None:
    """Page and file of a case that is not the caller's, and of an id that was never given, are the same nothing."""
    opener, other = office.account("mo", "unit", unit="a"), office.account("ban", "unit", unit="a")
    case = office.open(opener)
    in_force = office.in_force()
    for id in (case, "vu-viec/a/vv-99", "khong/co/gi"):
        key = cases.key_of(in_force, *id.split("/"))
        assert cases.page(office.engine, in_force=in_force, key=key, caller=other, now=LATER) is None
        assert cases.file(office.engine, in_force=in_force, key=key, caller=other, sha256="0" * 64) is None
    said = []
    for id in (case, "vu-viec/a/vv-99"):
        with refused("request.unknown_occurrence") as found:
            office.name(id, other, other)
        said.append({name: value for name, value in found.value.values.items() if name != "occurrence"})
    assert all(each.get("near") not in (case,) and case not in str(each) for each in said)


def test_the_opener_and_the_head_name_others(office: Office) -> None:
    """Both may name and end; who was named by them only sees, and may stop by itself."""
    opener, head = office.account("mo", "unit", unit="a"), office.account("truong", "head", unit="a")
    chair, clerk = office.account("ct", "chair"), office.account("vt", "clerk")
    case = office.open(opener)
    with refused("request.unknown_occurrence"):
        office.name(case, head, head)  # the head does not see it either
    office.name(case, head, opener)
    office.name(case, chair, head)
    assert office.sees(chair, case)
    with refused("cases.not_yours_to_name"):
        office.name(case, clerk, chair)
    with refused("cases.not_yours_to_name"):
        office.end(case, head, chair)
    office.end(case, chair, chair)
    assert not office.sees(chair, case)
    office.end(case, opener, head)
    assert not office.sees(opener, case)
    with refused("request.unknown_occurrence"):
        office.name(case, clerk, opener)
    office.whole()


def test_naming_stands_in_the_ledger(office: Office) -> None:
    """From when to when somebody saw a case is read from entries, with who let them in."""
    opener, chair = office.account("mo", "unit", unit="a"), office.account("ct", "chair")
    case = office.open(opener)
    office.name(case, chair, opener)
    office.end(case, chair, opener)
    in_force = office.in_force()
    page = cases.page(
        office.engine,
        in_force=in_force,
        key=cases.key_of(in_force, *case.split("/")),
        caller=opener,
        now=LATER,
    )
    assert page is not None
    told = [(each.kind, dict(each.said).get("account"), each.recorded_by) for each in reversed(page.entries)]
    assert told == [
        ("event_opened", None, "mo"),
        ("named", opener.account, "mo"),
        ("named", chair.account, "mo"),
        ("unnamed", chair.account, "mo"),
    ]


def test_naming_twice_is_refused_and_a_repeat_is_harmless(office: Office) -> None:
    """The same request again changes nothing; another one is told that it is done."""
    opener, chair = office.account("mo", "unit", unit="a"), office.account("ct", "chair")
    case = office.open(opener)
    first = office.name(case, chair, opener, request_id="r1")
    assert office.name(case, chair, opener, request_id="r1").seq == first.seq
    with refused("cases.named_already"):
        office.name(case, chair, opener)
    office.end(case, chair, opener)
    with refused("cases.not_named"):
        office.end(case, chair, opener)
    office.whole()


def test_nobody_is_named_to_what_is_no_case(office: Office) -> None:
    """Ordinary work is open to all: naming has no meaning there, and an account that left cannot be named."""
    opener = office.account("mo", "unit", unit="a")
    with refused("request.unknown_occurrence"):
        office.name("bao-cao/a/6-thang", opener, None)
    case = office.open(opener)
    accounts.disable(office.engine, login="mo", now=LATER, by="thử")
    other = office.account("ban", "unit", unit="a")
    with refused("cases.unknown_account"):
        office.name(case, replace(other, account="khong-co"), None)
    with refused("cases.unknown_account"):
        events.open_event(
            office.engine,
            task="vu-viec",
            at=OPENED,
            ref="vv-02",
            now=OPENED,
            recorded_by="mo",
            named=(opener.account,),
        )


def test_a_case_whose_people_left_waits_for_the_head(office: Office) -> None:
    """When nobody can sign in who is named, the head of the unit takes it up; a head of another unit does not."""
    opener, head = office.account("mo", "unit", unit="a"), office.account("truong", "head", unit="a")
    police = office.account("ca", "head", unit="cong-an")
    case = office.open(opener)
    in_force = office.in_force()

    def waiting(caller: Caller) -> tuple[int, int]:
        found = cases.mine(office.engine, in_force=in_force, caller=caller, now=LATER)
        return found.waiting, found.orphans

    assert waiting(head) == (0, 0)
    accounts.disable(office.engine, login="mo", now=LATER, by="thử")
    assert (waiting(head), waiting(police), waiting(opener)) == ((1, 1), (0, 1), (0, 1))
    with refused("cases.only_head"):
        naming.take_up(office.engine, plan="nho/nho-2025", caller=opener, now=LATER)
    assert naming.take_up(office.engine, plan="nho/nho-2025", caller=police, now=LATER) == []
    assert not office.sees(head, case)
    assert naming.take_up(office.engine, plan="nho/nho-2025", caller=head, now=LATER) == [case]
    assert office.sees(head, case)
    assert naming.take_up(office.engine, plan="nho/nho-2025", caller=head, now=LATER) == []
    office.whole()


def test_after_a_succession_the_named_still_see_it(office: Office) -> None:
    """Work passes to the heir; persons stay named, the head acts for the heir, and the heir's others see nothing."""
    head, heir = office.account("truong", "head", unit="a"), office.account("moi", "head", unit="phong-moi")
    case = office.open(head)
    after = small.at("2025-07-02")
    succession.succeed(office.engine, today=after.date(), now=after, recorded_by="thử")
    moved = replace(head, unit="phong-moi")
    assert office.sees(moved, case, after)
    assert not office.sees(heir, case, after)
    office.name(case, heir, moved)
    assert office.sees(heir, case, after)
    office.whole()


def test_verify_finds_a_row_that_no_entry_made(office: Office) -> None:
    """Whoever writes themselves into the look-up is found."""
    from models import case as rows

    opener, thief = office.account("mo", "unit", unit="a"), office.account("trom", "unit", unit="a")
    case = office.open(opener)
    with begin(office.engine) as session:
        rows.name(session, Key("nho", "nho-2025", *case.split("/")), thief.account, 1)
    assert [each.code for each in verify.verify(office.engine).faults] == ["verify.named_differ"]


def test_what_may_be_opened_for_a_unit(office: Office) -> None:
    """Its on-event tasks, with the accounts that speak for it today."""
    opener, head = office.account("mo", "unit", unit="a"), office.account("truong", "head", unit="a")
    office.account("vp", "office")
    found = cases.opening(office.engine, in_force=office.in_force(), unit="a", now=OPENED)
    assert [(task, private) for task, _, private, _ in found.tasks] == [("vu-viec", True)]
    assert {(id, heads) for id, _, heads in found.people} == {(opener.account, False), (head.account, True)}
    assert not cases.opens_something(office.in_force(), "cong-an")
