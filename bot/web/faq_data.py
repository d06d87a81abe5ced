"""Entries -> schema.org data: what search engines read of a FAQ page, the same words that people read on it."""

from __future__ import annotations

from typing import Any

from bot.html import entry_html
from bot.links import path_of, public_path
from bot.topics import Topic
from index.records import Entry

_SCHEMA = "https://schema.org"


def topic_data(topic: Topic, public: tuple[Entry, ...], base: str) -> dict[str, Any]:
    """A topic with all its answers: a FAQPage.

    Args:
        topic: what the page shows.
        public: all public entries.
        base: address of this server, such as "https://help.example"; "" when it is not known, and addresses are paths.
    """
    return {
        "@context": _SCHEMA,
        "@type": "FAQPage",
        "@id": base + path_of(topic.id),
        "name": topic.title,
        "mainEntity": [_question(entry, public, base) for entry in topic.entries],
    }


def entry_data(entry: Entry, topic: Topic, public: tuple[Entry, ...], base: str, site: str) -> dict[str, Any]:
    """One question with its answer, and the way to it. Only the topic is a FAQPage: the same list must not be told twice.

    Args:
        entry: what the page shows.
        topic: the topic it belongs to.
        public: all public entries.
        base: see `topic_data`.
        site: name of the FAQ.
    """
    way = [(site, path_of("").rstrip("/")), (topic.title, path_of(topic.id)), (entry.title, public_path(entry.id))]
    data: dict[str, Any] = {
        "@context": _SCHEMA,
        "@type": "WebPage",
        "@id": base + public_path(entry.id),
        "name": entry.title,
        "mainEntity": _question(entry, public, base),
        "breadcrumb": {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": position, "name": name, "item": base + path}
                for position, (name, path) in enumerate(dict.fromkeys(way), start=1)
            ],
        },
    }
    if entry.reviewed_on:
        data["lastReviewed"] = entry.reviewed_on.isoformat()
    return data


def _question(entry: Entry, public: tuple[Entry, ...], base: str) -> dict[str, Any]:
    url = base + public_path(entry.id)
    return {
        "@type": "Question",
        "name": entry.title,
        "url": url,
        "acceptedAnswer": {"@type": "Answer", "text": entry_html(entry, public, base=base), "url": url},
    }
