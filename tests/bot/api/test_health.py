from __future__ import annotations

import sqlite3
from pathlib import Path

from bot.database import Database
from bot.pending import PendingRows
from bot.query_log import QueryLog
from bot.settings import Settings
from tests.bot.api.conftest import Serving, serve
from tests.fakes import knowledge_index


def test_a_server_with_index_and_database_is_ready(serving: Serving) -> None:
    """Alive and ready, with the generation that serves."""
    assert serving.client.get("/healthz").json() == {"status": "ok"}
    assert serving.client.get("/readyz").json() == {"status": "ready", "generation": "000001", "problems": []}


def test_without_an_index_it_is_alive_but_not_ready(serving: Serving) -> None:
    """503 names the index, without a path of the server; the process is not to be restarted for it."""
    serving.index.index = None
    response = serving.client.get("/readyz")
    document = response.json()
    assert (response.status_code, [reason["field"] for reason in document["errors"]], "secret-path" in response.text) == (503, ["index"], False)
    assert serving.client.get("/healthz").status_code == 200


def test_a_server_that_answers_is_ready_without_its_database(database: Database, tmp_path: Path) -> None:
    """Questions wait on disk: 200, and the database is among the problems and among the figures."""
    log = QueryLog(database, b"pepper", pending=PendingRows(tmp_path / "pending"))
    with serve(knowledge_index(), database, log, Settings(data_dir=tmp_path)) as serving:
        key = serving.key("internal")
        _damage(serving)
        assert serving.client.post("/v1/ask", json={"question": "When will I get my refund?"}).status_code == 200
        response = serving.client.get("/readyz")
        assert response.status_code == 200
        assert response.json()["problems"] == [{"field": "database", "message": "The database does not answer as it should."}]
        figures = serving.client.get("/metrics", headers=key).text
        assert 'sopbot_well{part="database"} 0.0' in figures
        assert 'sopbot_well{part="index"} 1.0' in figures


def test_without_a_place_for_questions_it_is_not_ready(serving: Serving) -> None:
    """503 names the database when its tables are gone and nothing can wait for it."""
    _damage(serving)
    response = serving.client.get("/readyz")
    assert (response.status_code, response.json()["detail"]) == (503, "The database does not answer as it should. The server's log says why.")


def test_what_else_is_not_well_is_told(serving: Serving) -> None:
    """An older generation that answers for a damaged one keeps the server in service."""
    serving.index.problem = "Index 000002 cannot be used; index 000001 answers instead."
    response = serving.client.get("/readyz")
    assert (response.status_code, [one["field"] for one in response.json()["problems"]]) == (200, ["index"])


def _damage(serving: Serving) -> None:
    with sqlite3.connect(serving.database_path) as other:
        other.execute("DROP TABLE alembic_version")
    other.close()


def test_a_busy_writer_does_not_make_it_unready(serving: Serving) -> None:
    """Another program's transaction is no reason to take the server out of service."""
    other = sqlite3.connect(serving.database_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert serving.client.get("/readyz").status_code == 200
    other.close()
