"""What befell an account reaches who holds it, at a real mail server, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from models import account_news
from models.session import reading
from outputs.channels import FileChannel, ZaloText
from outputs.channels.mail import Mail, Server
from outputs.channels.mime import Sender
from tests.outputs.loopback import Postman, smtp
from tests.usecases import small
from tests.usecases.conftest import Ward
from tests.usecases.test_deliver import HOURS
from usecases import accounts, deliver, invitations
from usecases.desk_key import read_or_make

PEOPLE = """people:
  unit:a: { id: can-bo, name: Cán bộ A, email: can-bo@nho.example.vn }
  chair: { id: chu-tich, name: Nguyễn Văn Chủ, email: chu-tich@nho.example.vn }
  head:cong-an: { id: truong-ca, name: Trưởng Công an, channels: [zalo-text] }
  vice-chair:
    - { id: pho-1, name: Trần Thị Một, email: pho-1@nho.example.vn }
    - { id: pho-2, name: Lê Văn Hai, email: pho-2@nho.example.vn }
"""
NOW = small.at("2025-05-20")
PASSWORD = "cau ngan de nho"


class Post:
    """The ward with addresses and a mail server."""

    def __init__(self, ward: Ward, out: Path, postman: Postman, port: int) -> None:
        self.ward, self.out, self.postman, self.port = ward, out, postman, port

    def account(self, login: str, role: str, name: str, unit: str | None = None) -> invitations.Invited:
        return accounts.add(self.ward.engine, login=login, name=name, roles=(role,), unit=unit, now=NOW, made_by="lan")

    def deliver(self, hour: int = 9) -> None:
        now = small.at("2025-05-20", hour)
        zalo = ZaloText(self.out / "zalo")
        server = Server("127.0.0.1", self.port, "none", timeout=5)
        with Mail(server, Sender("kehoach@nho.example.vn"), now) as mail:
            deliver.deliver(
                self.ward.engine,
                channel=FileChannel(self.out / "files"),
                channels={"email": mail, "zalo-text": zalo},
                now=now,
                run="r",
            )

    def told(self) -> list[tuple[str, str]]:
        """(to, text) of each mail about an account."""
        found = []
        for each in self.postman.taken:
            body = each.get_body(("plain",))
            assert body is not None
            if "tài khoản" in str(each["Subject"]):
                found.append((str(each["X-Rcpt"]), str(body.get_content())))
        return found

    def channels(self) -> list[str | None]:
        """How each was settled; «waits» where it was not."""
        query = "SELECT settled_at, channel FROM account_news ORDER BY at, id"
        with reading(self.ward.engine) as session:
            rows = session.connection().execute(text(query)).all()
        return [row.channel if row.settled_at else "waits" for row in rows]


@pytest.fixture
def post(ward: Ward, tmp_path: Path) -> Iterator[Post]:
    small.edit(ward.folder / "escalation.yaml", "people: {}\n", PEOPLE)
    ward.sync("2025-01-11")
    postman = Postman()
    with smtp(postman) as port:
        yield Post(ward, tmp_path, postman, port)


def test_a_holder_hears_of_each_once(post: Post, tmp_path: Path) -> None:
    """Invited anew, its way in set, disabled: who did it and when, by the holder's own mail; adding tells nobody."""
    post.account("chu-tich", "chair", "nguyễn văn  chủ")
    post.deliver()
    assert post.told() == []
    made = accounts.invite(post.ward.engine, login="chu-tich", now=NOW, made_by="lan")
    post.deliver()
    post.deliver()
    ((to, said),) = post.told()
    assert to == "chu-tich@nho.example.vn"
    assert "lan đã lập thư mời mới cho tài khoản «chu-tich» lúc 09:00 20/05/2025" in said
    assert made.token not in said
    accounts.disable(post.ward.engine, login="chu-tich", now=NOW + timedelta(minutes=5), by="lan")
    post.deliver()
    assert "lan đã khóa" in post.told()[1][1]
    first = post.account("bo-phan-a", "unit", "Ai đó", unit="a")
    told = {"password": PASSWORD, "again": PASSWORD, "code": "", "now": NOW}
    invitations.take_up(post.ward.engine, key=read_or_make(tmp_path), token=first.token, **told)  # type: ignore[arg-type]
    post.deliver()
    assert post.told()[2][0] == "can-bo@nho.example.vn"
    assert "Cách đăng nhập của tài khoản «bo-phan-a» đã được đặt" in post.told()[2][1]
    assert post.channels() == ["email"] * 3


@pytest.mark.parametrize(
    ("role", "name", "unit", "to"),
    [
        ("vice-chair", "Lê Văn Hai", None, ["pho-2@nho.example.vn"]),
        ("vice-chair", "Phó Chủ tịch", None, []),  # which of the two is not certain
        ("chair", "Chủ tịch", None, ["chu-tich@nho.example.vn"]),  # there is one
        ("inspector", "Nguyễn Văn Chủ", None, []),  # the plan knows nobody of this role
        ("unit", "x", "cong-an", []),
        ("head", "Trưởng Công an", "cong-an", []),  # a text to paste goes into a group
    ],
)
def test_only_who_certainly_holds_it_is_told(role: str, name: str, unit: str | None, to: list[str], post: Post) -> None:
    """By name among those of the role, or the only one; else nobody, and it is not tried for ever."""
    post.account("nguoi", role, name, unit)
    accounts.invite(post.ward.engine, login="nguoi", now=NOW, made_by="lan")
    post.deliver()
    assert [each for each, _ in post.told()] == to
    assert post.channels() == ["email" if to else None]
    assert not (post.out / "zalo").exists()


def test_hours_hold_it_and_a_server_that_is_away_delays_it(post: Post) -> None:
    """In quiet hours it waits; a busy server and a full mailbox only delay it; an address that refuses for good ends
    it, and stands in the list of those."""
    small.edit(post.ward.folder / "escalation.yaml", "people:\n", f"{HOURS}people:\n")
    post.ward.sync("2025-01-12")
    post.account("ct", "chair", "Chủ tịch")
    accounts.invite(post.ward.engine, login="ct", now=NOW, made_by="lan")
    post.deliver(hour=21)
    assert (post.told(), post.channels()) == ([], ["waits"])
    for later in ("451 4.7.1 Greylisted, come back later", "552 5.2.2 Mailbox full"):
        post.postman.refused["chu-tich@nho.example.vn"] = later
        post.deliver()
        assert post.channels() == ["waits"]
    post.postman.refused["chu-tich@nho.example.vn"] = "550 5.1.1 No such user"
    post.deliver()
    assert post.channels() == [None]
    with reading(post.ward.engine) as session:
        assert session.connection().execute(text("SELECT address FROM dead_address")).scalars().all() == [
            "chu-tich@nho.example.vn"
        ]


def test_every_kind_has_its_words(post: Post) -> None:
    """None of them says more than what happened, to whose account, when and by whom."""
    from texts import area

    for kind in account_news.KINDS:
        for lang in ("vi", "en"):
            assert "{login}" in area("account", lang)[f"news_{kind}"]
