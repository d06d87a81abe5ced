"""Links inside the knowledge folder that lead nowhere: to files that are not there, to drafts, to headings that are gone."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import PurePosixPath

from index.corpus import DRAFTS, SUFFIXES
from index.lint.finding import Found, Ground
from index.records import Document

_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|.*(?:\{\{|\{%)")
"""Other places, and targets that another tool fills in."""
_OWN_ANCHOR = re.compile(r"""(?:\b(?:id|name)\s*=\s*["']?|\{:?\s*#)([^\s"'}>]+)""")
_PAGES = {"", ".html", ".htm", ".php", ".aspx"}
"""Without a suffix, or with one of these, a link means a page of a website that is made from the folder."""


def dead_links(ground: Ground) -> Iterator[Found]:
    """Every link whose target can be judged, and is not there."""
    anchors: dict[str, frozenset[str]] = {}
    for document in ground.corpus.documents:
        for link in document.links:
            if not _ELSEWHERE.match(link.target):
                path, _, anchor = link.target.partition("#")
                found = _judge(ground, document, path.partition("?")[0], anchor, anchors)
                if found:
                    yield Found(document.path, link.line, *found)


def _judge(ground: Ground, document: Document, path: str, anchor: str, anchors: dict[str, frozenset[str]]) -> tuple[str, str] | None:
    """What is wrong with a link, and the remedy; None when it leads somewhere, or cannot be judged."""
    target = _target(document.path, path)
    if not path:
        target = document.path
    elif PurePosixPath(path).suffix.lower() in _PAGES or path.startswith("/") or target.startswith("../"):
        return None
    elif not _exists(ground, target):
        draft = f"{DRAFTS}/{target}"
        if draft in ground.corpus.drafts:
            return f"The link leads to '{target}', which is still a draft.", "Publish the draft, or remove the link."
        near = _meant(ground, target)
        return f"The link leads to '{path}', but there is no such file.", f"Did you mean '{near}'?" if near else "Correct the link, or remove it."
    elif target.split("/")[0] == DRAFTS:
        return f"The link leads to '{target}', which is still a draft.", "Publish the draft, or remove the link."
    if not anchor or not target.lower().endswith(SUFFIXES) or target not in ground.documents:
        return None
    if target not in anchors:
        anchors[target] = _anchors(ground.documents[target])
    if _plain(anchor) in anchors[target] or not _plain(anchor):
        return None
    where = "this file" if target == document.path else f"'{target}'"
    return f"The link leads to '#{anchor}', but no heading in {where} is called so.", "Correct what stands behind '#', or remove it."


def _meant(ground: Ground, target: str) -> str:
    """A file of that name in another folder, or one of nearly that name beside it; empty when there is none."""
    folder, name = posixpath.split(target)
    moved = ground.by_name.get(name)
    if moved:
        return moved
    near = get_close_matches(name, ground.by_folder.get(folder, ()), n=1, cutoff=0.8)
    return posixpath.join(folder, near[0]) if near else ""


def _target(path: str, link: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), link))


def _exists(ground: Ground, target: str) -> bool:
    return target in ground.documents or os.path.exists(ground.corpus.folder / target)  # noqa: PTH110 - a name that is too long is no file, and no error


def _anchors(document: Document) -> frozenset[str]:
    """What may stand behind `#`, in its plainest form, since tools differ in how they shorten headings."""
    headings = [_plain(section.title) for section in document.sections]
    numbered = (
        {f"{heading}{number}" for heading in headings for number in range(1, headings.count(heading) + 1)} if len(set(headings)) < len(headings) else set()
    )
    own = {_plain(name) for line in document.shown for name in _OWN_ANCHOR.findall(line)}
    return frozenset({*headings, *numbered, *own, "top"})


def _plain(text: str) -> str:
    """Small letters and digits only, without numbers in front."""
    letters = "".join(character for character in text.lower() if character.isalnum())
    return letters.lstrip("0123456789") or letters
