"""An admin has the index built anew, and sees how it stands."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.database import Database
from bot.query_log import QueryLog
from bot.settings import Settings
from tests.bot.api.conftest import Serving, serve
from tests.bot.test_rebuild import Builds
from tests.fakes import knowledge_index

PATH = "/v1/index/rebuild"


@pytest.mark.parametrize("scope", [None, "public", "internal"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_but_an_admin_may(serving: Serving, method: str, scope: str | None) -> None:
    """403 says which key is needed, and nothing is built."""
    response = serving.client.request(method, PATH, headers=serving.key(scope) if scope else {})  # type: ignore[arg-type]
    assert (response.status_code, "admin key" in response.json()["detail"]) == (403, True)
    assert serving.client.get(PATH, headers=serving.key("admin")).json()["state"] == "idle"


def test_asked_for_once_and_again(database: Database, log: QueryLog, tmp_path: Path) -> None:
    """202 at once; asked for twice more meanwhile, one more build follows; then GET tells the outcome."""
    builds = Builds(tmp_path)
    (tmp_path / "hold").touch()
    with serve(knowledge_index(), database, log, Settings(data_dir=tmp_path), builds.rebuilder) as serving:
        admin = serving.key("admin")
        before = serving.client.get(PATH, headers=admin)
        assert (before.status_code, before.json()["state"], before.json()["since"], before.json()["changed"]) == (200, "idle", None, None)
        first = serving.client.post(PATH, headers=admin)
        assert (first.status_code, first.json()["state"], first.json()["again"]) == (202, "building", False)
        while not serving.client.get(PATH, headers=admin).json()["doing"]:
            time.sleep(0.01)
        assert serving.client.get(PATH, headers=admin).json()["doing"] == "Reading documents"
        for _ in range(2):
            assert serving.client.post(PATH, headers=admin).json()["again"] is True
        (tmp_path / "hold").unlink()
        builds.wait(lambda: len(builds.told) == 2)
        after = serving.client.get(PATH, headers=admin).json()
        assert (after["state"], after["generation"], after["again"], after["changed"]) == ("idle", "000002", False, {"added": [], "changed": [], "removed": []})
        (tmp_path / "fail").touch()
        serving.client.post(PATH, headers=admin)
        builds.wait(lambda: len(builds.told) == 3)
        failed = serving.client.get(PATH, headers=admin).json()
        assert (failed["state"], failed["reason"], failed["generation"]) == ("failed", "knowledge/a.md:3: The step has no text.", "000002")
        assert (failed["doing"], failed["stopped"]) == ("", None)
        (tmp_path / "worse").touch()
        serving.client.post(PATH, headers=admin)
        builds.wait(lambda: len(builds.told) == 4)
        assert serving.client.get(PATH, headers=admin).json()["stopped"] == {"why": "worse", "reasons": ["It would be worse."]}
    builds.rebuilder.stop()
    assert builds.begun() == 4
