"""`sopbot stats`, `coverage` and `privacy` as people run them: in a process of their own."""

from __future__ import annotations

import csv
import json
import math
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.database import Database
from bot.log_records import StoredQuestion
from bot.pending import PendingRows
from bot.query_log import QueryLog
from bot.secrets_file import read_or_create_secret
from tests import started
from tests.postgres import PostgresServer

START = "from bot.cli import main; main()"
Run = Callable[..., subprocess.CompletedProcess[str]]
ADA = StoredQuestion("where is my refund?", "answer", "refund-not-received", (), 0.9, "1", "page", "internal", "chat", "page:ada", "refund-not-received")


@pytest.fixture
def environment(tmp_path: Path, starter_data: Path) -> dict[str, str]:
    """Settings for a data folder with the starter index."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "generations").symlink_to(starter_data / "generations")
    (data / "CURRENT").write_text((starter_data / "CURRENT").read_text())
    return started.environment(tmp_path)


@pytest.fixture
def run(tmp_path: Path, environment: dict[str, str]) -> Run:
    """Runs the command in its folder."""

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", START, *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment | more, capture_output=True, text=True, timeout=120, check=False)

    return run


def pepper(data: Path) -> bytes:
    """The key of the hashes in a data folder."""
    return read_or_create_secret(data / "keys" / "pepper")


def fill(where: str | Path, data: Path, stored: StoredQuestion) -> None:
    """Two questions of Ada's, one of them two years old, and one of somebody else's."""
    database = Database(where, busy_seconds=30.0)
    database.migrate()
    clock = [datetime.now(UTC) - timedelta(days=730)]
    log = QueryLog(database, pepper(data), now=lambda: clock[0])
    log.store(ADA)
    clock[0] = datetime.now(UTC)
    log.store_feedback(log.store(ADA), helpful=True)
    log.store(stored)
    database.close()


@pytest.fixture
def asked(tmp_path: Path, run: Run, stored: StoredQuestion) -> Run:
    """The same command, with questions in SQLite."""
    fill(tmp_path / "data" / "sopbot.db", tmp_path / "data", stored)
    return run


def test_stats_show_each_figure_with_what_it_counts(asked: Run) -> None:
    """In 80 columns, with the titles of the current index, for the last twelve weeks."""
    shown = asked("stats")
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("2 questions, ")
    for piece in ("100% (1 of 1)", "silence is", "By channel", "Live chat", "Most used", "Trace a refund that has ", "Gaps open"):
        assert piece in shown.stdout
    assert max(len(line) for line in shown.stdout.splitlines()) <= 80


def test_stats_write_json_csv_and_a_picture(asked: Run, tmp_path: Path) -> None:
    """The same figures in each."""
    told = asked("stats", "--since", "2020-01-01", "--by", "month", "--json", "--csv", "f.csv", "--plot", "f.png")
    found = json.loads(told.stdout)
    rows = list(csv.DictReader((tmp_path / "f.csv").read_text().splitlines()))
    assert (found["totals"]["questions"], found["totals"]["helped"]["whole"], found["by"]) == (3, 1, "month")
    assert next(row["part"] for row in rows if row["figure"] == "questions") == "3"
    assert (tmp_path / "f.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("stats", "--since", "2026-02-01", "--until", "2026-01-01"), "after its end on 2026-01-01"),
        (("stats", "--csv", "nowhere/f.csv"), "nowhere/f.csv cannot be written"),
        (("stats", "--plot", "nowhere/f.png"), "nowhere/f.png cannot be written"),
        (("privacy", "export", " "), "WHO is empty"),
    ],
)
def test_wrong_use_is_one_sentence(asked: Run, arguments: tuple[str, ...], says: str) -> None:
    """With status 2 and no traceback."""
    done = asked(*arguments)
    assert (done.returncode, says in done.stderr, "Traceback" in done.stderr) == (2, True, False), done.stderr


def test_coverage_shows_the_matrix(asked: Run) -> None:
    """Every touchpoint of the index, what was asked of it, in 80 columns; as JSON too."""
    shown = asked("coverage")
    assert shown.returncode == 0, shown.stderr
    refunds = next(line for line in shown.stdout.splitlines() if line.startswith("refunds"))
    assert refunds.split()[1:3] == ["1", "0"]
    assert max(len(line) for line in shown.stdout.splitlines()) <= 80
    told = json.loads(asked("coverage", "--json", "--days", "1000").stdout)
    assert next(row["asked"] for row in told["touchpoints"] if row["touchpoint"] == "refunds") == 2


def test_one_person_is_exported_and_erased(asked: Run, tmp_path: Path) -> None:
    """Into a file that only its owner may read, what waits for the database too; afterwards nothing is kept, and the others' question is."""
    log = QueryLog(Database(tmp_path / "data" / "sopbot.db"), pepper(tmp_path / "data"), pending=PendingRows(tmp_path / "data" / "pending"))
    log._try_again = math.inf  # as when the database did not answer a moment ago
    log.store(ADA)
    (tmp_path / "ada.json").touch(mode=0o644)  # from an earlier try, say
    assert asked("privacy", "export", "ada", "--out", "ada.json").returncode == 0
    assert stat.S_IMODE((tmp_path / "ada.json").stat().st_mode) == 0o600
    assert [row["text"] for row in json.loads((tmp_path / "ada.json").read_text())["questions"]] == ["where is my refund?"] * 3
    refused = asked("privacy", "erase", "ada")
    assert (refused.returncode, "cannot be undone" in refused.stdout + refused.stderr) == (130, True)
    erased = asked("privacy", "erase", "ada", "--yes")
    assert (erased.returncode, erased.stdout.startswith("Erased: 3 questions, 1 feedback.")) == (0, True), erased.stdout
    nothing = asked("privacy", "export", "ada")
    assert (nothing.returncode, "Nothing is kept about ada." in nothing.stderr) == (1, True)
    assert json.loads(asked("privacy", "export", "U042").stdout)["questions"] != []


def test_purging_follows_the_setting(asked: Run) -> None:
    """What is older than a year goes; with 0 nothing does."""
    assert asked("privacy", "purge", SOPBOT_KEEP_QUESTIONS_DAYS="0").stdout.startswith("0 rows that had expired; questions are kept for ever")
    assert asked("privacy", "purge").stdout == "1 row older than 365 days was deleted.\n"
    assert json.loads(asked("stats", "--json", "--since", "2020-01-01").stdout)["totals"]["questions"] == 3


@pytest.fixture
def address(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    name = postgres_server.new_database()
    yield postgres_server.url(name)
    postgres_server.drop(name)


def test_all_of_it_works_with_postgresql(run: Run, address: str, tmp_path: Path, stored: StoredQuestion) -> None:
    """Named by one setting; no file is made in the data folder, and a wrong password or address shows nowhere."""
    fill(address, tmp_path / "data", stored)
    assert json.loads(run("stats", "--json", SOPBOT_DATABASE_URL=address).stdout)["totals"]["questions"] == 2
    assert run("ask", "where is my refund", SOPBOT_DATABASE_URL=address).returncode in (0, 1)
    assert json.loads(run("stats", "--json", SOPBOT_DATABASE_URL=address).stdout)["totals"]["questions"] == 3
    assert run("privacy", "erase", "ada", "--yes", SOPBOT_DATABASE_URL=address).returncode == 0
    assert not (tmp_path / "data" / "sopbot.db").exists()
    away = run("stats", SOPBOT_DATABASE_URL="postgresql://sopbot:secret-word@127.0.0.1:9/nothing")
    assert (away.returncode, "SOPBOT_DATABASE_URL" in away.stderr, "secret-word" in away.stderr) == (2, True, False)
