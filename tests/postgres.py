"""A real PostgreSQL server for tests: its own data folder, a socket instead of a port, gone when the tests are done."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

MISSING = "PostgreSQL is not installed on this machine, so that what concerns it cannot be tested. Install it with: apt-get install -y postgresql"
_SETTINGS = {
    "listen_addresses": "",  # nobody but this machine reaches it
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "autovacuum": "off",
    "log_min_messages": "fatal",
}
_numbers = itertools.count(1)


class PostgresServer:
    """A running server.

    Args:
        folder: where its socket is.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def url(self, name: str) -> str:
        """The address of one of its databases, as `SOPBOT_DATABASE_URL` takes it."""
        return f"postgresql://postgres:made-up-password@/{name}?host={self._folder}"

    def new_database(self, template: str = "template0") -> str:
        """Make a database.

        Args:
            template: the database of which it is a copy; nobody may be connected to that.

        Returns:
            Its name.
        """
        name = f"test_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, sql: str) -> None:
        """Run a statement that no transaction may hold."""
        engine = create_engine(self.url("postgres").replace("postgresql", "postgresql+psycopg", 1), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(sql))
        engine.dispose()


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A server, from an empty data folder to its end.

    Raises:
        RuntimeError: PostgreSQL is not installed, or does not start; the text says so.
    """
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="sopbot-pg-"))  # not pytest's: the server's user must be able to enter it, and socket paths are short
    as_user: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    data, log = folder / "data", folder / "log"
    options = " ".join(f"-c {name}={value or repr('')}" for name, value in (_SETTINGS | {"unix_socket_directories": str(folder)}).items())

    def run(program: str, *arguments: str) -> None:
        done = subprocess.run([*as_user, str(programs / program), *arguments], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}\n{log.read_text() if log.exists() else ''}")

    try:
        run("initdb", "--pgdata", str(data), "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        run("pg_ctl", "--pgdata", str(data), "--log", str(log), "--options", options, "--wait", "--timeout=120", "start")
        try:
            yield PostgresServer(folder)
        finally:
            run("pg_ctl", "--pgdata", str(data), "--mode=immediate", "--wait", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def is_installed() -> bool:
    """Whether this machine has what a server needs."""
    try:
        return _programs().is_dir()
    except RuntimeError:
        return False


def _programs() -> Path:
    """The folder that holds `initdb` and `pg_ctl`; Debian keeps them out of the search path."""
    folders = [Path(found).resolve().parent for found in [shutil.which("pg_ctl")] if found]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise RuntimeError(MISSING)
