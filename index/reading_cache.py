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
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import msgspec
import numpy as np

from index.bags import Bags, Ints, starts_of
from index.cache_file import kept, open_cache
from index.chunking import chunk_entry
from index.codes import Mention
from index.corpus import Reader, Recalled, recalled
from index.embedding import Encoder
from index.errors import Problem
from index.records import Chunk, Document, Entry
from index.wording import Wordings, wording_of

_READERS = ("markdown-it-py", "nh3", "ruamel.yaml", "PyStemmer", "tokenizers")
"""Packages that take part in what a document or an entry gives."""
_SPARE, _AND_SOME = 4, 500
"""Records are forgotten when there are so many times and some more than the last build used."""


class _DocumentRecord(msgspec.Struct, array_like=True, frozen=True):
    """What one document gave; the document itself is decoded when somebody asks for it."""

    document: msgspec.Raw
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]

    def recalled(self) -> Recalled:
        return (lambda: msgspec.msgpack.decode(self.document, type=Document | None)), self.entries, self.problems


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

    What was asked for last is held in memory too, for whoever asks again.

    Args:
        path: the cache file; made when missing. Deleting it loses time, nothing else.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._documents: dict[bytes, Recalled] = {}
        self._entries: dict[bytes, _EntryRecord] = {}
        self._names: list[str] = []

    def documents(self, sources: Mapping[str, bytes], read: Reader) -> dict[str, Recalled]:
        """Read documents, each version once.

        Args:
            sources: path -> bytes.
            read: what to do with a document that is new.

        Returns:
            Path -> the document when asked for, its entries and problems.
        """
        keys = {hashlib.sha256(path.encode("utf-8", "surrogateescape") + b"\0" + data).digest(): path for path, data in sources.items()}
        decoder = msgspec.msgpack.Decoder(_DocumentRecord)
        held = {key: found for key, found in self._documents.items() if key in keys}
        with self._open() as database:
            known = dict(kept(database, "documents", "record", {key for key in keys if key not in held}))
            new = {key: read(path, sources[path]) for key, path in keys.items() if key not in known and key not in held}
            _insert(database, "documents", {key: msgspec.msgpack.encode(found) for key, found in new.items()}, len(keys))
        held |= {key: decoder.decode(record).recalled() for key, record in known.items()} | {key: recalled(*found) for key, found in new.items()}
        self._documents = held
        return {path: held[key] for key, path in keys.items()}

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
        decode = msgspec.msgpack.Decoder(_EntryRecord).decode
        with self._open() as database:
            names = [name for (name,) in database.execute("SELECT name FROM names ORDER BY id")]
            # Another build may have added names, and another version of this program begins them anew.
            held = self._entries if names[: len(self._names)] == self._names else {}
            known = dict(kept(database, "entries", "record", {key for key in keys if key not in held}))
            fresh = _Names(names)
            made = {key: _read_entry(entry, encoder, fresh) for key, entry in zip(keys, entries, strict=True) if key not in known and key not in held}
            database.executemany("INSERT INTO names VALUES (?, ?)", fresh.added)
            _insert(database, "entries", {key: encode(record) for key, record in made.items()}, len(keys))
        records = [held.get(key) or made.get(key) or decode(known[key]) for key in keys]
        self._entries, self._names = dict(zip(keys, records, strict=True)), names
        wordings = Wordings(
            _bags(names, [record.term_ids for record in records], [record.term_counts for record in records]),
            _bags(names, [record.word_ids for record in records], [record.word_counts for record in records]),
            tuple(record.codes for record in records),
        )
        return [chunk for record in records for chunk in record.chunks], wordings

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction; what another version of this program read is forgotten."""
        with closing(open_cache(self._path)) as database:
            database.isolation_level = None  # transactions begin and end where it says so here
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
    """Digest of this library's own files and of what it reads with: another version may read the same text in another way."""
    digest = hashlib.sha256("\0".join(version(name) for name in _READERS).encode())
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


def _insert(database: sqlite3.Connection, table: str, made: Mapping[bytes, bytes], used: int) -> None:
    """Add records, and throw the oldest away when they are many more than are of use."""
    database.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", made.items())  # noqa: S608 - one of two names
    if made:
        oldest = f"SELECT max(rowid) - {_SPARE * used + _AND_SOME} FROM {table}"  # noqa: S608
        database.execute(f"DELETE FROM {table} WHERE rowid <= ({oldest})")  # noqa: S608
