"""The values of a check: what a rule looks at, what it finds, and what is reported."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from index.corpus import Corpus
from index.lint.options import Level, LintOptions
from index.records import Document, Entry
from index.search import Index


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """What a rule says about one place."""

    path: str
    """Relative to the knowledge folder."""
    line: int
    """1-based."""
    message: str
    """What is wrong, with the value; a whole sentence."""
    remedy: str = ""
    """What to do about it; a whole sentence, empty where the message says it."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What is reported."""

    path: str
    line: int
    rule: str
    """Its id, as settings name it."""
    level: Level
    """error or warning."""
    message: str
    remedy: str = ""

    @property
    def text(self) -> str:
        """Message and remedy in one."""
        return f"{self.message} {self.remedy}".rstrip()


@dataclass(frozen=True)
class Ground:
    """What rules look at. The documents are not touched before a rule asks for one, since most builds need none."""

    corpus: Corpus
    """The knowledge folder, read."""
    options: LintOptions
    index: Index | None = None
    """A generation made from this folder, for the rules that ask it."""

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        """By path."""
        return {document.path: document for document in self.corpus.documents}

    @cached_property
    def by_name(self) -> Mapping[str, str]:
        """File name -> the first path that ends in it."""
        names: dict[str, str] = {}
        for path in self.documents:
            names.setdefault(posixpath.basename(path), path)
        return names

    @cached_property
    def by_folder(self) -> Mapping[str, Sequence[str]]:
        """Folder -> the file names in it."""
        names: dict[str, list[str]] = defaultdict(list)
        for path in self.documents:
            folder, name = posixpath.split(path)
            names[folder].append(name)
        return names

    def line_of(self, entry: Entry, text: str) -> int:
        """The first line that holds a text, such as a heading or a question; where the entry begins when none does."""
        source = self.documents[entry.path].source
        return next((number for number, line in enumerate(source, 1) if text in line), entry.lines.first)

    def fact_line(self, path: str, key: str) -> int:
        """The line of a fact in the front matter; 1 when it is not there."""
        source = self.documents[path].source
        if not source or source[0].rstrip() != "---":
            return 1
        for number, line in enumerate(source[1:], 2):
            if line.rstrip() in ("---", "..."):
                break
            if line.split(":")[0].strip() == key:
                return number
        return 1
