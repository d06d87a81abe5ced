"""What was read of a document or an entry before, by content: one SQLite file that survives a crash at any moment.

Whatever depends on one text alone is kept here; what depends on all of them is learned anew by every build. So a build
after an edit gives the same bytes as a build from nothing.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec
import numpy as np

from index.bags import Bags, Ints, starts_of
from index.chunking import chunk_entry
from index.codes import Mention
from index.corpus import DocumentRead, Reader
from index.embedding import Encoder
from index.records import Chunk, Entry
from index.wording import Wordings, wording_of

_MAPPED = 2**31
_AT_ONCE = 500
_SPARE = 4
"""Records are forgotten when there are so many times more than the last build used."""


class _EntryRecord(msgspec.Struct, array_like=True, frozen=True):
    """What one entry gave. The arrays are int32 in the machine's own byte order; ids are places in the list of names."""

    chunks: tuple[Chunk, ...]
    codes: tuple[Mention, ...]
    term_ids: bytes
    term_counts: bytes
    word_ids: bytes
    word_counts: bytes


class ReadingCache:
    """Reads each version of a document once, and cuts and counts each version of an entry once.

    Args:
        path: the cache file; made when missing. Deleting it loses time, nothing else.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path

    def documents(self, sources: Mapping[str, bytes], read: Reader) -> dict[str, DocumentRead]:
        """Read documents, each version once.

        Args:
            sources: path -> bytes.
            read: what to do with a document that is new.

        Returns:
            Path -> its entries and problems.
        """
        keys = {hashlib.sha256(path.encode("utf-8", "surrogateescape") + b"\0" + data).digest(): path for path, data in sources.items()}
        decoder = msgspec.msgpack.Decoder(DocumentRead)
        with self._open() as database:
            known = _select(database, "documents", list(keys))
            new = {key: read(path, sources[path]) for key, path in keys.items() if key not in known}
            _insert(database, "documents", {key: msgspec.msgpack.encode(found) for key, found in new.items()}, len(keys))
        return {path: new[key] if key in new else decoder.decode(known[key]) for key, path in keys.items()}

    def entries(self, entries: Sequence[Entry], encoder: Encoder) -> tuple[list[Chunk], Wordings]:
        """Cut entries into chunks and count their words, each version once.

        Args:
            entries: in order.
            encoder: says how long a chunk may be.

        Returns:
            The chunks in order of entry, and what the entries say.
        """
        encode = msgspec.msgpack.Encoder().encode
        keys = [hashlib.sha256(encoder.fingerprint.encode() + encode(entry)).digest() for entry in entries]
        with self._open() as database:
            known = _select(database, "entries", keys)
            names = [name for (name,) in database.execute("SELECT name FROM names ORDER BY id")]
            fresh = _Names(names)
            made = {key: encode(_read_entry(entry, encoder, fresh)) for key, entry in zip(keys, entries, strict=True) if key not in known}
            database.executemany("INSERT INTO names VALUES (?, ?)", fresh.added)
            _insert(database, "entries", made, len(keys))
        decode = msgspec.msgpack.Decoder(_EntryRecord).decode
        records = [decode(made[key] if key in made else known[key]) for key in keys]
        wordings = Wordings(
            _bags(names, [record.term_ids for record in records], [record.term_counts for record in records]),
            _bags(names, [record.word_ids for record in records], [record.word_counts for record in records]),
            tuple(record.codes for record in records),
        )
        return [chunk for record in records for chunk in record.chunks], wordings

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction; what another version of this program read is forgotten."""
        with closing(sqlite3.connect(self._path, timeout=30, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("PRAGMA synchronous=NORMAL")
            database.execute(f"PRAGMA mmap_size={_MAPPED}")
            database.execute("BEGIN IMMEDIATE")
            database.execute("CREATE TABLE IF NOT EXISTS made_by (code TEXT NOT NULL)")
            if database.execute("SELECT code FROM made_by").fetchall() != [(code_digest(),)]:
                for table in ("documents", "entries", "names"):
                    database.execute(f"DROP TABLE IF EXISTS {table}")
                database.execute("CREATE TABLE documents (key BLOB PRIMARY KEY, record BLOB NOT NULL)")
                database.execute("CREATE TABLE entries (key BLOB PRIMARY KEY, record BLOB NOT NULL)")
                database.execute("CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL)")
                database.execute("DELETE FROM made_by")
                database.execute("INSERT INTO made_by VALUES (?)", (code_digest(),))
            yield database
            database.execute("COMMIT")


@cache
def code_digest() -> str:
    """Digest of this library's own files: another version may read the same text in another way."""
    digest = hashlib.sha256()
    for path in sorted(files("index").iterdir(), key=lambda path: path.name):
        if path.name.endswith((".py", ".txt")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


class _Names:
    """Gives each name a number, and remembers the new ones.

    Args:
        known: the names so far; new ones are appended.
    """

    def __init__(self, known: list[str]) -> None:
        self._known = known
        self._ids: dict[str, int] = {}
        self.added: list[tuple[int, str]] = []

    def ids(self, names: Mapping[str, int]) -> bytes:
        if not self._ids:
            self._ids = {name: number for number, name in enumerate(self._known)}
        for name in names:
            if name not in self._ids:
                self.added.append((len(self._known), name))
                self._ids[name] = len(self._known)
                self._known.append(name)
        return np.array([self._ids[name] for name in names], np.int32).tobytes()


def _read_entry(entry: Entry, encoder: Encoder, names: _Names) -> _EntryRecord:
    chunks = chunk_entry(entry, encoder.count_tokens, encoder.max_tokens)
    said = wording_of(entry, chunks)
    return _EntryRecord(chunks, said.codes, names.ids(said.terms), _counts(said.terms), names.ids(said.words), _counts(said.words))


def _counts(bag: Mapping[str, int]) -> bytes:
    return np.array(list(bag.values()), np.int32).tobytes()


def _bags(names: Sequence[str], ids: Sequence[bytes], counts: Sequence[bytes]) -> Bags:
    return Bags(names, starts_of([len(one) // 4 for one in ids]), _joined(ids), _joined(counts))


def _joined(pieces: Sequence[bytes]) -> Ints:
    return np.frombuffer(b"".join(pieces), dtype=np.int32)


def _select(database: sqlite3.Connection, table: str, keys: Sequence[bytes]) -> dict[bytes, bytes]:
    known: dict[bytes, bytes] = {}
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), _AT_ONCE):
        batch = wanted[start : start + _AT_ONCE]
        known.update(database.execute(f"SELECT key, record FROM {table} WHERE key IN ({','.join('?' * len(batch))})", batch))  # noqa: S608 - question marks only
    return known


def _insert(database: sqlite3.Connection, table: str, made: Mapping[bytes, bytes], used: int) -> None:
    """Add records, and throw the oldest away when they are many more than are of use."""
    database.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", made.items())  # noqa: S608 - one of two names
    if made:
        oldest = f"SELECT max(rowid) - {_SPARE * used + _AT_ONCE} FROM {table}"  # noqa: S608
        database.execute(f"DELETE FROM {table} WHERE rowid <= ({oldest})")  # noqa: S608
