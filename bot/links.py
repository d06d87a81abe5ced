"""Public entries -> the addresses of their pages; links inside documents -> those addresses, or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import PurePosixPath
from posixpath import normpath
from urllib.parse import SplitResult, quote, unquote, urlsplit

from bot.topics import Topic, topic_of, topics_of
from index.entry_parts import slug
from index.records import Entry

ROOT = "/faq"


def leads_elsewhere(target: str) -> bool:
    """Whether the target of a link names a website in full, a mail address or a phone number."""
    parts = _split(target)
    if parts.scheme in ("http", "https"):
        return bool(parts.hostname)  # a browser reads https:x as a page of this server
    return parts.scheme in ("mailto", "tel") and bool(parts.path)


def _split(target: str) -> SplitResult:
    try:
        return urlsplit(target)
    except ValueError:  # such as http://[half-an-address
        return urlsplit("unreadable:")


def place_of(entry_id: str) -> str:
    """Where an entry's page lies below `/faq/`, not quoted: "returns/how-long" for "returns#how-long"."""
    return "/".join(filter(None, entry_id.rpartition("#")[::2]))


def path_of(place: str) -> str:
    """A place as a path on this server, ready for a link."""
    return f"{ROOT}/{quote(place)}"


def public_path(entry_id: str) -> str:
    """The path of a public entry's page, such as "/faq/returns/how-long-do-i-have-to-return-something"."""
    return path_of(place_of(entry_id))


class Links:
    """The pages of one generation's public entries, and what links between documents lead to.

    Internal entries have no page. A link to one comes to nothing, just as a link to a document that does not exist.

    Args:
        entries: what somebody may see; those of them that are public have pages.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        public = [entry for entry in entries if entry.audience == "public"]
        self.topics = topics_of(public)
        self._topics = {topic.id: topic for topic in self.topics}
        self._entries = {place_of(entry.id): entry for entry in public}
        self._documents = {entry.path: topic_of(entry.id) for entry in reversed(public)}
        self.rendered: dict[tuple[str, int, str], tuple[Entry, str]] = {}
        """Bodies as HTML, kept as long as the generation: see `bot.html.entry_html`."""

    def entry(self, place: str) -> Entry | None:
        """The entry whose page lies at a place, or None."""
        return self._entries.get(place)

    def topic(self, place: str) -> Topic | None:
        """The topic whose page lies at a place, or None."""
        return self._topics.get(place)

    def resolve(self, target: str, document: str) -> str | None:
        """Check the target of a link.

        Args:
            target: as the author wrote it, percent-encoded.
            document: path of the document in which it stands.

        Returns:
            An address elsewhere (http, https, mailto, tel) as it is; the path of the public page that is meant, for a
            link to another document, to a heading or to a page of this server; None when there is no such page.
        """
        if leads_elsewhere(target):
            return target
        if target.startswith("//"):
            return f"https:{target}" if leads_elsewhere(f"https:{target}") else None
        parts = _split(target)
        if parts.scheme:
            return None
        path = unquote(parts.path)
        if path.startswith(f"{ROOT}/"):
            place = path.removeprefix(f"{ROOT}/").rstrip("/")
            return path_of(place) if place in self._entries or place in self._topics else None
        if path == ROOT:
            return ROOT
        topic = self._documents.get(normpath(PurePosixPath(document).parent / path).lstrip("/") if path else document)
        if topic is None:
            return None
        heading = f"{topic}/{slug(unquote(parts.fragment).replace('-', ' '))}" if parts.fragment else ""
        return path_of(heading if heading in self._entries else topic)


class _Same:
    """A tuple of entries that is equal to itself only: comparing thousands of entries at every request would cost more than it saves."""

    __slots__ = ("entries",)

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self.entries = entries

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.entries is self.entries

    def __hash__(self) -> int:
        return id(self.entries)


def links_of(entries: tuple[Entry, ...]) -> Links:
    """The links among a generation's entries; made once for as long as that generation hands out the same tuple."""
    return _links_of(_Same(entries))


@lru_cache(maxsize=4)  # one for each audience, of the generation that serves and the one before
def _links_of(held: _Same) -> Links:
    return Links(held.entries)
