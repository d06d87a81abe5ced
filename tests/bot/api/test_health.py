from __future__ import annotations

import sqlite3

from tests.bot.api.conftest import Serving


def test_a_server_with_index_and_database_is_ready(serving: Serving) -> None:
    """Alive and ready, with the generation that serves."""
    assert serving.client.get("/healthz").json() == {"status": "ok"}
    assert serving.client.get("/readyz").json() == {"status": "ready", "generation": "000001"}


def test_without_an_index_it_is_alive_but_not_ready(serving: Serving) -> None:
    """503 names the index, without a path of the server; the process is not to be restarted for it."""
    serving.index.index = None
    response = serving.client.get("/readyz")
    document = response.json()
    assert (response.status_code, [reason["field"] for reason in document["errors"]], "secret-path" in response.text) == (503, ["index"], False)
    assert serving.client.get("/healthz").status_code == 200


def test_without_a_database_it_is_not_ready(serving: Serving) -> None:
    """503 names the database when its tables are gone."""
    with sqlite3.connect(serving.database_path) as other:
        other.execute("DROP TABLE alembic_version")
    other.close()
    response = serving.client.get("/readyz")
    assert (response.status_code, response.json()["detail"]) == (503, "The database does not answer as it should. The server's log says why.")


def test_a_busy_writer_does_not_make_it_unready(serving: Serving) -> None:
    """Another program's transaction is no reason to take the server out of service."""
    other = sqlite3.connect(serving.database_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert serving.client.get("/readyz").status_code == 200
    other.close()
