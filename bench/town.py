"""A city at work for the benches: its wards in one database, each with the Phú La plan and a year behind it.

The names are those of the 51 phường and 75 xã of Hà Nội since 1/7/2025 (Nghị quyết 1656/NQ-UBTVQH15); every figure is
made up, from one seed, and says nothing of any of them.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from bench.measure import ROOT
from models import account, ledger, migrate, queries
from models.ledger import Draft
from models.session import begin, open_engine, reading
from rules import states
from rules.values import CHECK_IN, Fact, State, Terms
from tests.usecases.small import at
from usecases import changes, cities, plans, sweep, sync
from usecases.bearer import hash_of

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

PHUONG = (
    "Hoàn Kiếm, Cửa Nam, Ba Đình, Ngọc Hà, Giảng Võ, Hai Bà Trưng, Vĩnh Tuy, Bạch Mai, Đống Đa, Kim Liên, Văn "
    "Miếu - Quốc Tử Giám, Láng, Ô Chợ Dừa, Hồng Hà, Lĩnh Nam, Hoàng Mai, Vĩnh Hưng, Tương Mai, Định Công, Hoàng "
    "Liệt, Yên Sở, Thanh Xuân, Khương Đình, Phương Liệt, Cầu Giấy, Nghĩa Đô, Yên Hòa, Tây Hồ, Phú Thượng, Tây "
    "Tựu, Phú Diễn, Xuân Đỉnh, Đông Ngạc, Thượng Cát, Từ Liêm, Xuân Phương, Tây Mỗ, Đại Mỗ, Long Biên, Bồ Đề, "
    "Việt Hưng, Phúc Lợi, Hà Đông, Dương Nội, Yên Nghĩa, Phú Lương, Kiến Hưng, Thanh Liệt, Chương Mỹ, Sơn Tây, "
    "Tùng Thiện"
)
XA = (
    "Thanh Trì, Đại Thanh, Nam Phù, Ngọc Hồi, Thượng Phúc, Thường Tín, Chương Dương, Hồng Vân, Phú Xuyên, Phượng "
    "Dực, Chuyên Mỹ, Đại Xuyên, Thanh Oai, Bình Minh, Tam Hưng, Dân Hòa, Vân Đình, Ứng Thiên, Hòa Xá, Ứng Hòa, Mỹ "
    "Đức, Hồng Sơn, Phúc Sơn, Hương Sơn, Phú Nghĩa, Xuân Mai, Trần Phú, Hòa Phú, Quảng Bị, Minh Châu, Quảng Oai, "
    "Vật Lại, Cổ Đô, Bất Bạt, Suối Hai, Ba Vì, Yên Bài, Đoài Phương, Phúc Thọ, Phúc Lộc, Hát Môn, Thạch Thất, Hạ "
    "Bằng, Tây Phương, Hòa Lạc, Yên Xuân, Quốc Oai, Hưng Đạo, Kiều Phú, Phú Cát, Hoài Đức, Dương Hòa, Sơn Đồng, "
    "An Khánh, Đan Phượng, Ô Diên, Liên Minh, Gia Lâm, Thuận An, Bát Tràng, Phù Đổng, Thư Lâm, Đông Anh, Phúc "
    "Thịnh, Thiên Lộc, Vĩnh Thanh, Mê Linh, Yên Lãng, Tiến Thắng, Quang Minh, Sóc Sơn, Đa Phúc, Nội Bài, Trung "
    "Giã, Kim Anh"
)

PLAN = "phu-la-2025"
CITY, CITY_NAME = "ha-noi", "Uỷ ban nhân dân thành phố Hà Nội"
FIRST, NOW = at("2025-01-10"), at("2025-08-20", 10)
TOKEN = "bench"
"""Of the sessions: `bench` for the city, `bench-<ward>-<unit>` in a ward."""
_OFFICE = 'office: { id: phu-la, code: "09552", name: Uỷ ban nhân dân phường Phú La }'


def wards(count: int) -> dict[str, str]:
    """So many wards, by id with their names: the real ones first, then numbered."""
    named = [*(f"Phường {each}" for each in PHUONG.split(", ")), *(f"Xã {each}" for each in XA.split(", "))]
    named = named[:count] + [f"Xã số {n}" for n in range(len(named) + 1, count + 1)]
    return {f"w{n:04}": name for n, name in enumerate(named)}


def build(url: str, folder: Path, count: int, members: int = 12, *, first: int | None = None, planless: int = 0) -> int:
    """The wards of a city in a new database, synced from files of their own under `folder`, each with so many
    residential groups (`first`: the first ward with so many); `planless` more are followed and have no plan.

    How many occurrences there are. On PostgreSQL `url` is the tables' owner's.
    """
    engine = open_engine(url)
    migrate.upgrade(engine)
    every = wards(count + planless)
    for n, (office, name) in enumerate(list(every.items())[:count]):
        _sync(engine, folder, office, name, members if n or first is None else first)
        _live(engine, office, random.Random(office))
    sweep.sweep(engine, today=NOW.date(), now=at("2025-08-20", 2))
    cities.put(engine, city=CITY, name=CITY_NAME, wards=every, now=NOW, by="bench")
    with begin(engine) as session:
        _sessions(session, list(every)[:count])
    with reading(engine) as session:
        found: int = session.execute(text("select count(*) from occurrence")).scalar_one()
    engine.dispose()
    return found


def _sync(engine: Engine, folder: Path, office: str, name: str, members: int) -> None:
    plan = folder / PLAN
    if not plan.exists():
        shutil.copytree(ROOT / "plan" / PLAN, plan)
    units = (ROOT / "plan" / PLAN / "units.yaml").read_text(encoding="utf-8")
    assert "count: 12" in units
    (plan / "units.yaml").write_text(units.replace("count: 12", f"count: {members}"), encoding="utf-8")
    said = (ROOT / "plan" / PLAN / "plan.yaml").read_text(encoding="utf-8")
    assert _OFFICE in said
    own = f"office: {{ id: {office}, name: Uỷ ban nhân dân {name[0].lower()}{name[1:]} }}"
    (plan / "plan.yaml").write_text(said.replace(_OFFICE, own), encoding="utf-8")
    sync.sync(engine, directory=plan, overlay=None, now=FIRST, recorded_by="bench")


def _live(engine: Engine, office: str, chance: random.Random) -> None:
    """What a ward has reported by NOW: some wards most of it, some little."""
    good = chance.betavariate(4, 1.6)
    with begin(engine) as session:
        in_force = plans.in_force(session, office, PLAN)
        pairs = [(queries.to_terms(row), queries.to_state(row)) for row in queries.occurrences(session, office, PLAN)]
        done = [(*pair, day) for pair in pairs if (day := _done_on(*pair, good, chance)) is not None]
        drafts = [_draft(terms, state, day, n) for n, (terms, state, day) in enumerate(done)]
        written = ledger.append_many(session, office, drafts, now=NOW - timedelta(days=1))
        after = []
        for (terms, state, day), entry in zip(done, written, strict=True):
            at_once = datetime(day.year, day.month, day.day, 9, tzinfo=NOW.tzinfo)
            fact = Fact(entry.seq, "reported", day, at_once, day, declared_by=state.held_by)
            after.append((terms, states.apply(terms, state, fact)))
        changes.save(session, in_force, after)


def _done_on(terms: Terms, state: State, good: float, chance: random.Random) -> date | None:
    day = state.last_day
    if terms.kind in (CHECK_IN, "report") or day is None or day > NOW.date() or chance.random() > good:
        return None
    late = chance.random() > 0.5 + good / 2
    on = day + timedelta(days=chance.randrange(1, 25) if late else -chance.randrange(1, 12))
    return min(max(on, FIRST.date()), NOW.date() - timedelta(days=1))


def _draft(terms: Terms, state: State, day: date, number: int) -> Draft:
    key = (terms.key.task, terms.key.unit, terms.key.period)
    return Draft(PLAN, "reported", day, state.held_by, "bench", "bench", f"live/{number}", key, None, {}, None)


def _sessions(session: Session, offices: Sequence[str]) -> None:
    for office, token, role, unit in _accounts(offices):
        keys = {"office": office, "id": token}
        row: dict[str, Any] = {"login": token, "name": token, "unit": unit, "roles": role, "made_at": NOW}
        session.add(account.Account(**keys, **row, made_by="bench"))
        session.flush()
        opened = {"token_hash": hash_of(token), "made_at": NOW, "seen_at": NOW}
        session.add(account.DeskSession(office=office, account=token, id=token, **opened))


def _accounts(offices: Sequence[str]) -> Iterator[tuple[str, str, str, str | None]]:
    """(office, token, role, unit): the city, each ward's office, and its police for who marks."""
    yield CITY, TOKEN, "city", None
    for office in offices:
        yield office, f"{TOKEN}-{office}-van-phong", "office", "van-phong"
        for n in range(1, 11):
            yield office, f"{TOKEN}-{office}-to-{n:02}", "unit", f"to-dan-pho-{n:02}"
