"""`kehoach upgrade`: by the owner, what the server's role may, and no more."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from models.migrate import REVISIONS
from models.session import begin, open_engine
from rules.errors import OutsideFailed
from tests import postgres
from tests.cli.conftest import Kehoach
from tests.conftest import Database


@pytest.mark.postgres
def test_the_owner_upgrades_and_the_server_may_only_work(
    kehoach: Kehoach, postgres_server: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server's role can make no tables; in the owner's, granted, it records and drops nothing."""
    with postgres_server.database(empty=True) as name:
        monkeypatch.setenv("KEHOACH_DATABASE_URL", postgres_server.url(name, postgres.APPLICATION))
        assert kehoach("upgrade").code == 3
        monkeypatch.setenv("KEHOACH_DATABASE_URL", postgres_server.url(name, postgres.OWNER))
        said = kehoach("upgrade", "--grant", postgres.APPLICATION, "--json").json
        assert (said["version"], said["granted"]) == (REVISIONS[-1], postgres.APPLICATION)
        monkeypatch.setenv("KEHOACH_DATABASE_URL", postgres_server.url(name, postgres.APPLICATION))
        assert REVISIONS[-1] in kehoach("upgrade").out
        assert kehoach("sync").code == 0
        assert kehoach("verify").code == 0
        engine = open_engine(postgres_server.url(name, postgres.APPLICATION))
        for statement in ("DELETE FROM entry", "UPDATE entry SET kind = 'x'", "DROP TABLE entry"):
            with pytest.raises(OutsideFailed) as refused, begin(engine) as session:
                session.execute(text(statement))
            assert refused.value.code == "ledger.not_allowed"
        engine.dispose()


def test_sqlite_has_no_roles(kehoach: Kehoach, empty_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is made; a role that is asked for is refused in words."""
    if empty_database.backend == "sqlite":
        monkeypatch.setenv("KEHOACH_DATABASE_URL", empty_database.url)
        said = kehoach("upgrade", "--grant", "kehoach")
        assert said.code == 1 and said.err.count("\n") == 1
    assert kehoach("upgrade").code == 0
    assert empty_database.path.exists() or empty_database.backend != "sqlite"
