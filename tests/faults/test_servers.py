"""Servers: they follow a new index without a failed request, drain when stopped, and answer while the database does not work."""

from __future__ import annotations

import json
import resource
import signal
import socket
import sqlite3
import threading
import time
import urllib.error
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.answer import Thresholds
from bot.ask import Asker, Question
from bot.database import Database
from bot.pending import PendingRows
from bot.query_log import QueryLog
from index.build import BuildRules, build_index
from index.current import CurrentIndex
from index.export import DEFAULT_MODEL
from index.storage import Generations, Keep
from tests.faults.conftest import QUESTION, Server, serving, write_documents


def body(answer: dict[str, Any]) -> str:
    """What was answered."""
    return str(answer["answer"]["body_markdown"]) if answer["answer"] else str(answer["outcome"])


@pytest.fixture
def built(knowledge: Path, data: Path) -> Path:
    """A data folder with one generation."""
    build_index(knowledge, data, DEFAULT_MODEL)
    return data


def test_a_new_index_and_a_rollback_are_followed_with_no_failed_request_and_no_mixed_answer(knowledge: Path, built: Path) -> None:
    """While four clients ask without pause, each answer is the text of the generation that it names; every switch is followed."""
    wrong: list[object] = []
    seen: set[str] = set()
    done = threading.Event()

    def ask(server: Server) -> None:
        while not done.is_set():
            try:
                answer = server.ask()
                seen.add(answer["generation"])
                if body(answer) != f"Look in drawer {int(answer['generation'])}.":
                    wrong.append(answer)
            except OSError as error:
                wrong.append(error)

    with serving(knowledge, built) as server:
        clients = [threading.Thread(target=ask, args=(server,)) for _ in range(4)]
        for client in clients:
            client.start()
        try:
            for number in (2, 3):
                write_documents(knowledge, number)
                build_index(knowledge, built, DEFAULT_MODEL, BuildRules(keep=Keep(9)))
                server.until(lambda answer, number=number: answer["generation"] == f"{number:06d}")
            Generations(built).rollback("000001")
            server.until(lambda answer: answer["generation"] == "000001")
        finally:
            done.set()
            for client in clients:
                client.join()
    assert wrong == []
    assert seen == {"000001", "000002", "000003"}


def test_authors_see_what_they_saved(knowledge: Path, built: Path) -> None:
    """With --watch an edit is answered without a command; an error in a document is told and the old answer stays."""
    with serving(knowledge, built, "--watch") as server:
        write_documents(knowledge, 2)
        server.until(lambda answer: body(answer) == "Look in drawer 2.")
        (knowledge / "sops").mkdir()
        (knowledge / "sops" / "bad.md").write_text("# Bad\n")
        log = next(built.parent.glob("serve-*.log"))
        deadline = time.monotonic() + 60
        while "sops/bad.md:1" not in log.read_text():
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        assert body(server.ask()) == "Look in drawer 2."
        (knowledge / "sops" / "bad.md").unlink()
        write_documents(knowledge, 3)
        server.until(lambda answer: body(answer) == "Look in drawer 3.")


def test_told_to_stop_under_load_it_ends_what_it_began(knowledge: Path, built: Path) -> None:
    """Every request that was sent before SIGTERM is answered; the process ends of itself."""
    failed: list[object] = []
    answered = 0
    stopped = threading.Event()

    def ask(server: Server) -> None:
        nonlocal answered
        while True:
            late = stopped.is_set()
            try:
                server.ask()
                answered += 1
            except OSError as error:
                if (not late and not stopped.is_set()) or isinstance(error, urllib.error.HTTPError):
                    failed.append(error)
                return

    with serving(knowledge, built) as server:
        clients = [threading.Thread(target=ask, args=(server,)) for _ in range(6)]
        held = slow_request(server.port)
        for client in clients:
            client.start()
        while answered < 20:
            time.sleep(0.01)
        stopped.set()
        server.process.send_signal(signal.SIGTERM)
        assert finish(held)["outcome"] == "answer"
        for client in clients:
            client.join()
        assert server.process.wait(40) == 0
    assert failed == []


def slow_request(port: int) -> socket.socket:
    """A request of which the last byte is still to come."""
    content = json.dumps({"question": QUESTION}).encode()
    connection = socket.create_connection(("127.0.0.1", port))
    head = f"POST /v1/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n"
    connection.sendall(head.encode() + content[:-1])
    return connection


def finish(connection: socket.socket) -> dict[str, Any]:
    """Send the last byte and read the answer."""
    connection.sendall(b"}")
    received = b""
    while piece := connection.recv(65536):
        received += piece
    connection.close()
    head, _, content = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    answer: dict[str, Any] = json.loads(content)
    return answer


def test_out_of_file_handles_it_recovers(knowledge: Path, built: Path) -> None:
    """With every handle taken by idle connections the process lives, and answers as soon as some are free."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (160, 160))

    with serving(knowledge, built, preexec_fn=limit) as server:
        idle = []
        for _ in range(200):
            connection = socket.socket()
            connection.settimeout(0.2)
            try:
                connection.connect(("127.0.0.1", server.port))
            except OSError:
                connection.close()
                break
            idle.append(connection)
        assert len(idle) > 150
        time.sleep(0.5)
        for connection in idle:
            connection.close()
        assert body(server.until(lambda answer: answer["outcome"] == "answer")) == "Look in drawer 1."


def test_a_server_that_starts_with_a_broken_database_answers_and_loses_no_question(knowledge: Path, built: Path) -> None:
    """It says so; what was asked meanwhile is in the database when that is whole again and the server started anew."""
    (built / "sopbot.db").write_bytes(b"no database" * 1000)
    with serving(knowledge, built) as server:
        first = server.until(lambda answer: True)
        assert body(first) == "Look in drawer 1."
        assert "Restore it from a copy" in next(built.parent.glob("serve-*.log")).read_text()
    assert first["query_id"] in "".join(path.read_text() for path in (built / "pending").iterdir())
    (built / "sopbot.db").unlink()
    with serving(knowledge, built) as server:
        second = server.ask()
    with sqlite3.connect(built / "sopbot.db") as database:
        stored = {row[0] for row in database.execute("SELECT id FROM questions")}
    assert {first["query_id"], second["query_id"]} <= stored
    assert not PendingRows(built / "pending").any()


@pytest.mark.parametrize("fault", ["locked", "full", "read-only", "malformed"])
def test_questions_are_answered_while_the_database_does_not_work(built: Path, tmp_path: Path, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each gets its answer and waits on disk; all are stored, once, when the database works again."""
    monkeypatch.setattr("bot.query_log._PAUSE_SECONDS", 0.0)
    path = tmp_path / "sopbot.db"
    database = Database(path, busy_seconds=0.1)
    database.migrate()
    log = QueryLog(database, b"p" * 32, pending=PendingRows(tmp_path / "pending"))
    asker = Asker(CurrentIndex(built), log, Thresholds())
    whole = path.read_bytes()
    other = sqlite3.connect(path, isolation_level=None)
    if fault == "locked":
        other.execute("BEGIN IMMEDIATE")
    elif fault == "malformed":
        database.close()
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        other.close()
        whole = path.read_bytes()
        path.write_bytes(whole[:100] + b"\xff" * 4000 + whole[4100:])
    else:
        pragma = "max_page_count = 1" if fault == "full" else "query_only = 1"
        event.listen(database._engine, "connect", lambda connection, _record: connection.execute(f"PRAGMA {pragma}") and None)
        database.close()
    # Long ones, since a short row still fits into the pages of a database that is full.
    asked = [asker.ask(Question(f"{QUESTION} {'x' * 5_000}" if fault == "full" else QUESTION, "public", "http")) for _ in range(3)]
    if fault != "full":
        assert [one.outcome.name for one in asked] == ["answer"] * 3
    assert PendingRows(tmp_path / "pending").any()
    database.close()
    other.close()
    path.write_bytes(whole) if fault == "malformed" else None
    log = QueryLog(Database(path), b"p" * 32, pending=PendingRows(tmp_path / "pending"))
    last = Asker(CurrentIndex(built), log, Thresholds()).ask(Question(QUESTION, "public", "http"))
    with sqlite3.connect(path) as reading:
        stored = [row[0] for row in reading.execute("SELECT id FROM questions")]
    assert sorted(stored) == sorted([*(one.query_id for one in asked), last.query_id])
