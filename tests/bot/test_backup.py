"""The data folder in one file and back, while questions are stored and builds go on."""

from __future__ import annotations

import json
import resource
import shutil
import sqlite3
import stat
import threading
import zipfile
from pathlib import Path

import pytest

from bot.backup import back_up, read_contents, restore
from bot.database import Database
from bot.errors import BackupError
from bot.log_records import StoredQuestion
from bot.pending import PendingRows
from bot.query_log import QueryLog
from bot.secrets_file import read_or_create_secret
from index.errors import BuildLocked
from index.search import open_index
from index.storage import Generations


@pytest.fixture
def data(tmp_path: Path, starter_data: Path, stored: StoredQuestion) -> Path:
    """An index, a pepper, two questions in the database and one that waits."""
    data = tmp_path / "data"
    data.mkdir()
    shutil.copytree(starter_data / "generations", data / "generations")
    shutil.copy(starter_data / "CURRENT", data / "CURRENT")
    pepper = read_or_create_secret(data / "keys" / "pepper")
    database = Database(data / "sopbot.db")
    database.migrate()
    log = QueryLog(database, pepper)
    for _ in range(2):
        log.store(stored)
    database.close()
    PendingRows(data / "pending").append("questions", {"id": "waits"})
    return data


def questions(data: Path) -> int:
    """How many are stored."""
    with sqlite3.connect(data / "sopbot.db") as database:
        return int(database.execute("SELECT count(*) FROM questions").fetchone()[0])


def test_what_is_restored_is_what_was_backed_up(data: Path, tmp_path: Path) -> None:
    """Index, questions, secret and waiting rows; files for their owner only stay so."""
    contents = back_up(data, tmp_path / "b.zip")
    assert contents.generation == "000001"
    assert stat.S_IMODE((tmp_path / "b.zip").stat().st_mode) == 0o600
    other = tmp_path / "other"
    restore(tmp_path / "b.zip", other)
    assert open_index(other).search("where is my refund", "public", 1)
    assert questions(other) == 2
    assert (other / "keys" / "pepper").read_bytes() == (data / "keys" / "pepper").read_bytes()
    assert [stat.S_IMODE((other / name).stat().st_mode) for name in ("keys", "keys/pepper", "sopbot.db")] == [0o700, 0o600, 0o600]
    assert PendingRows(other / "pending").any()
    assert sorted(path.name for path in other.iterdir()) == ["CURRENT", "build.lock", "generations", "keys", "pending", "sopbot.db", "switch.lock"]
    assert sorted(path.name for path in data.iterdir() if path.name.startswith(".")) == []


def test_state_that_is_there_is_not_overwritten_unless_told(data: Path, tmp_path: Path, stored: StoredQuestion) -> None:
    """Forced, an open database shows the restored state at once, and what was replaced is kept."""
    back_up(data, tmp_path / "b.zip")
    database = Database(data / "sopbot.db")
    log = QueryLog(database, b"p" * 32)
    log.store(stored)
    with pytest.raises(BackupError, match=r"holds generations, sopbot\.db, CURRENT, keys, pending already"):
        restore(tmp_path / "b.zip", data)
    assert questions(data) == 3
    (data / "keys" / "pepper").write_bytes(b"n" * 32)
    restore(tmp_path / "b.zip", data, force=True)
    assert log.most_asked("internal", 5)[0][1] == 2
    (kept,) = data.glob("replaced-*")
    assert questions(kept) == 3
    assert (kept / "keys" / "pepper").read_bytes() == b"n" * 32
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert not (kept / "generations").exists()
    database.close()


def test_a_damaged_database_is_replaced(data: Path, tmp_path: Path) -> None:
    """That is what backups are for; the damaged file is kept."""
    back_up(data, tmp_path / "b.zip")
    (data / "sopbot.db").write_bytes(b"no database" * 100)
    restore(tmp_path / "b.zip", data, force=True)
    assert questions(data) == 2


def test_the_log_of_a_database_that_is_gone_is_not_written_into_the_restored_one(data: Path, tmp_path: Path, stored: StoredQuestion) -> None:
    """SQLite keeps what is new in a file beside it; of a database that was deleted it is set aside, not taken in."""
    back_up(data, tmp_path / "b.zip")
    database = Database(data / "sopbot.db")
    QueryLog(database, b"p" * 32).store(stored)
    log = (data / "sopbot.db-wal").read_bytes()
    database.close()
    (data / "sopbot.db").unlink()
    (data / "sopbot.db-wal").write_bytes(log)
    restore(tmp_path / "b.zip", data, force=True)
    assert questions(data) == 2
    (kept,) = data.glob("replaced-*")
    assert (kept / "sopbot.db-wal").read_bytes() == log


def test_a_database_for_which_there_is_no_room_stays_where_it_is(data: Path, tmp_path: Path) -> None:
    """It is well: whoever has it open goes on with it, and the restore can be done again."""
    back_up(data, tmp_path / "b.zip")
    with sqlite3.connect(data / "sopbot.db") as live:
        live.execute("CREATE TABLE filler AS SELECT zeroblob(48 << 20) AS much")
    live.close()
    inode = (data / "sopbot.db").stat().st_ino
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (32 << 20, limits[1]))  # as on a disk that is nearly full
    try:
        with pytest.raises(BackupError, match="Make room"):
            restore(tmp_path / "b.zip", data, force=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert ((data / "sopbot.db").stat().st_ino, questions(data)) == (inode, 2)
    restore(tmp_path / "b.zip", data, force=True)
    assert questions(data) == 2


@pytest.mark.parametrize("damage", ["flip", "cut", "name", "text"])
def test_a_damaged_backup_changes_nothing(data: Path, tmp_path: Path, damage: str) -> None:
    """Every byte is checked before anything is touched; a name that leads out of the folder is refused."""
    source = tmp_path / "b.zip"
    back_up(data, source)
    content = source.read_bytes()
    if damage == "flip":
        source.write_bytes(content[: len(content) // 2] + bytes([content[len(content) // 2] ^ 1]) + content[len(content) // 2 + 1 :])
    elif damage == "cut":
        source.write_bytes(content[: len(content) // 2])
    elif damage == "text":
        source.write_text("my backup")
    else:
        with zipfile.ZipFile(source) as old:
            members = {name: old.read(name) for name in old.namelist()}
        contents = json.loads(members["backup.json"])
        contents["files"]["../evil"] = next(iter(contents["files"].values()))
        with zipfile.ZipFile(source, "w") as new:
            for name, member in (members | {"backup.json": json.dumps(contents).encode()}).items():
                new.writestr(name, member)
    with pytest.raises(BackupError, match="Nothing was restored"):
        restore(source, tmp_path / "other")
    assert not (tmp_path / "other").exists()
    assert not (tmp_path / "evil").exists()


def test_while_questions_come_in_every_backup_is_whole(data: Path, tmp_path: Path, stored: StoredQuestion) -> None:
    """Backups taken during writes hold a database that is sound and never fewer questions than the one before."""
    database = Database(data / "sopbot.db")
    log = QueryLog(database, b"p" * 32)
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            log.store(stored)

    writer = threading.Thread(target=write)
    writer.start()
    counts = []
    try:
        for number in range(3):
            back_up(data, tmp_path / f"{number}.zip")
            restore(tmp_path / f"{number}.zip", tmp_path / str(number))
            counts.append(questions(tmp_path / str(number)))
    finally:
        done.set()
        writer.join()
        database.close()
    assert counts == sorted(counts)
    assert counts[0] >= 2
    with sqlite3.connect(tmp_path / "2" / "sopbot.db") as restored:
        assert restored.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_file_that_is_there_is_not_overwritten(data: Path, tmp_path: Path) -> None:
    """Neither by a backup; and during a build nothing is restored."""
    (tmp_path / "b.zip").write_text("precious")
    with pytest.raises(BackupError, match="exists"):
        back_up(data, tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_text() == "precious"
    back_up(data, tmp_path / "c.zip")
    with Generations(data).lock():
        assert read_contents(tmp_path / "c.zip").generation == "000001"
        with pytest.raises(BuildLocked):
            restore(tmp_path / "c.zip", data, force=True)


def test_where_there_is_nothing_it_says_where_it_looked(tmp_path: Path) -> None:
    """A data folder that is not there, or a place where nobody may write."""
    with pytest.raises(BackupError, match=r"There is no folder .*nowhere to back up\. Name it with SOPBOT_DATA_DIR"):
        back_up(tmp_path / "nowhere", tmp_path / "b.zip")
    (tmp_path / "data").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(BackupError, match=r"cannot be written .*Make room, and check that you may write there"):
        back_up(tmp_path / "data", tmp_path / "file" / "b.zip")
    assert [path.name for path in (tmp_path / "data").iterdir()] == []


@pytest.mark.parametrize(("change", "says"), [("format", "has format 2, this program reads 1"), ("content", "a.txt is altered")])
def test_a_backup_of_other_content_is_refused(tmp_path: Path, change: str, says: str) -> None:
    """Of a newer version, or put together by somebody: whole as an archive, and not what it says."""
    contents = {"format": 2 if change == "format" else 1, "created": "2026-11-20T12:00:00+00:00", "generation": None}
    contents["files"] = {"pending/a.txt": {"sha256": "0" * 64, "mode": 0o600}}
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("backup.json", json.dumps(contents))
        archive.writestr(f"content/{'0' * 64}", "other bytes")
    with pytest.raises(BackupError, match=says):
        restore(tmp_path / "b.zip", tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_an_index_whose_current_is_garbled_is_backed_up(data: Path, tmp_path: Path) -> None:
    """Generations and questions are worth keeping all the same; which one serves is chosen afterwards."""
    (data / "CURRENT").write_text("garbled")
    assert back_up(data, tmp_path / "b.zip").generation is None
    restore(tmp_path / "b.zip", tmp_path / "other")
    assert (questions(tmp_path / "other"), Generations(tmp_path / "other").ids()) == (2, ["000001"])
