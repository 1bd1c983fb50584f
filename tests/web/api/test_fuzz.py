"""Whatever another system sends: schemathesis makes requests from the API's own document and judges the answers.

Each operation, right and wrong on purpose, as the office, as a unit and as nobody, on SQLite and on PostgreSQL, against
the running application. KEHOACH_FUZZ_EXAMPLES asks for more than the few that every run can afford.
"""

from __future__ import annotations

import os
import shutil
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from models.session import open_engine
from tests import postgres
from tests.conftest import BACKENDS
from tests.usecases import files
from tests.web.api.conftest import Api, built
from usecases.verify import verify
from web.api.described import declared
from web.api.operations import WRITES

load_all_checks()

EXAMPLES = int(os.environ.get("KEHOACH_FUZZ_EXAMPLES", "6"))

LEFT_OUT = {
    # A body of the right form can still say what the ledger refuses: a day to come, a line that the check-in lacks.
    "positive_data_acceptance",
    # They follow resources from one request to the next, as this test does not.
    *("use_after_free", "ensure_resource_availability", "object_level_authorization"),
}
JUDGES = [CHECKS.get_one(name) for name in CHECKS.get_all_names() if name not in LEFT_OUT]

KNOWN: dict[str, tuple[Any, ...]] = {
    "by": (None, "cong-an", "to-01", "a", "van-phong"),
    "unit": ("cong-an", "to-01", "a", "van-phong"),
    "line": ("tuan-tra", "ra-soat", "ra-soat-kho-khan"),
    "task": ("vu-viec", "tuyen-truyen"),
    "on": (None, "2025-05-19", "2025-05-20", "2025-03-01"),
    "until": ("2025-08-01", "2026-01-31", "2099-12-31"),
    "at": ("2025-05-19T08:00", "2025-05-20T01:00:00Z"),
}
"""What the small ward knows, so that not every request ends at an unknown name."""
PATHS = (
    {"task": "tuyen-truyen", "unit": "cong-an", "period": "thang-6"},
    {"task": "cap-nhat", "unit": "cong-an", "period": "dot-1"},
    {"task": "bao-cao", "unit": "a", "period": "6-thang"},
    {"task": "tap-huan", "unit": "a", "period": "nam"},
    {"task": "tham-hoi", "unit": "to-01", "period": "thang-6"},
    {"task": "vu-viec", "unit": "a", "period": "vv-1"},
)
SPOKEN = {each.name for each in declared() if each.most and each.who == WRITES} - {"calendar_link_add"}
"""Words of a unit, of which the office says how they came."""
FILE = {"name": "anh.jpg", "content": b64encode(files.jpeg()).decode()}


@pytest.fixture(scope="module", params=BACKENDS)
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any
) -> Iterator[Api]:
    """The API on each database, for the whole module."""
    folder = tmp_path_factory.mktemp("fuzz")
    with ExitStack() as stack:
        if request.param == "sqlite":
            shutil.copyfile(sqlite_template, folder / "kehoach.db")
            url = f"sqlite:///{folder / 'kehoach.db'}"
        else:
            server: postgres.Server = request.getfixturevalue("postgres_server")
            url = server.url(stack.enter_context(server.database()), postgres.APPLICATION)
        engine = open_engine(url)
        stack.callback(engine.dispose)
        yield stack.enter_context(built(engine, folder))


@pytest.fixture(scope="module")
def schema(running: Api) -> Any:
    """The document as the running API gives it."""
    return schemathesis.openapi.from_url(f"{running.client.base_url}/api/v1/openapi.json")


def made_known(case: Any, draw: Any) -> None:
    """Put names of the ward into a request that is right in form."""
    if case.query and "plan" in case.query:
        case.query["plan"] = "nho-2025"
    if case.path_parameters and draw(st.integers(0, 4)):
        path = draw(st.sampled_from(PATHS)) | {"target": "giam-tai-nan"}
        case.path_parameters |= {name: path[name] for name in case.path_parameters if name in path}
    if isinstance(case.body, dict):
        for name in sorted(set(case.body) & set(KNOWN)):
            case.body[name] = draw(st.sampled_from(KNOWN[name]))
            if case.body[name] is None and case.media_type != "application/json":
                del case.body[name]
        if "evidence" in case.body:
            in_parts = case.media_type == "multipart/form-data"
            some = ([files.jpeg()], [files.PDF, files.jpeg()]) if in_parts else (FILE, [FILE, FILE], None)
            case.body["evidence"] = draw(st.sampled_from(some))
        if case.operation.definition.raw["operationId"] in SPOKEN:
            case.body["channel"] = draw(st.sampled_from(("phone", "meeting")))


@pytest.mark.parametrize("role", ["office", "unit", None], ids=["office", "unit", "nobody"])
@pytest.mark.parametrize("name", [each.name for each in declared()])
def test_any_request_is_answered_as_the_document_says(name: str, role: str | None, running: Api, schema: Any) -> None:
    """No server error, no status, header or body that the document does not have, nothing wrong let in, no token no
    answer."""
    headers = {"Authorization": f"Bearer {running.token(role)}"} if role else {}
    operation = schema.find_operation_by_id(name)
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    strategy = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes))

    @settings(
        max_examples=EXAMPLES if role else 2,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy, data=st.data())
    def ask(case: Any, data: st.DataObject) -> None:
        if case.meta is None or not case.meta.generation.mode.is_negative:
            made_known(case, data.draw)
        response = case.call_and_validate(headers=headers, checks=JUDGES)
        assert role is not None or response.status_code in (401, 404, 405)

    ask()


def test_after_all_of_it_the_ledger_is_whole(running: Api) -> None:
    """What was let in left chain, columns, rungs and files as they must be."""
    assert verify(running.engine, evidence_folder=running.desk.evidence).as_json()["faults"] == []
