"""Codes and quantities in a question, such as ERR-4012 or "60 days": which entries are about another one of the kind?

To a language model ERR-4012 and ERR-4013 are nearly the same text, and to somebody with the fault they are not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.records import Entry
from index.terms import stems, words

Mention = tuple[str, str, int, str]
_CODE = re.compile(r"([a-z]+)-?(\d{2,})")
_TYPED_CODE = re.compile(r"\b([^\W\d_]+)[ -]?(\d{2,})\b")
_IN_TITLE = 2
_LONG_NUMBER = re.compile(r"\d{3,}")


@dataclass(frozen=True, slots=True)
class _Code:
    """A code as (kind, value): ("err", "4012"); a quantity as (" day", "60")."""

    kind: str
    value: str

    @property
    def quantity(self) -> bool:
        return self.kind.startswith(" ")


def entry_codes(entry: Entry, said: str) -> tuple[Mention, ...]:
    """The codes that an entry names.

    Args:
        entry: any.
        said: all that it says.

    Returns:
        Each mention as (kind, value, place, as written in small letters), in order; place is 2 in the title, 1 in an
        alternative question, 0 elsewhere.
    """
    parts = enumerate((said, "\n".join(entry.questions), entry.title))
    found = {(code.kind, code.value, place, written) for place, part in parts for line in part.split("\n") for code, written in _codes(line).items()}
    return tuple(sorted(found))


def fit_codes(mentions: Sequence[tuple[Mention, ...]]) -> dict[str, npt.NDArray[np.generic]]:
    """Put the codes of all entries into arrays.

    Args:
        mentions: of each entry, as `entry_codes` gives them.

    Returns:
        Arrays for `Codes`, one item a mention: `entry`, `kind`, `value`, `place`, `written`.
    """
    found = [(number, *mention) for number, named in enumerate(mentions) for mention in named]
    return {
        "entry": np.array([row[0] for row in found], dtype=np.int32),
        "kind": np.array([row[1] for row in found], dtype=np.str_),
        "value": np.array([row[2] for row in found], dtype=np.str_),
        "place": np.array([row[3] for row in found], dtype=np.int8),
        "written": np.array([row[4] for row in found], dtype=np.str_),
    }


class Codes:
    """Answers for one view.

    Args:
        arrays: as `fit_codes` returns them.
        entries: how many there are.
    """

    def __init__(self, arrays: dict[str, npt.NDArray[np.generic]], entries: int) -> None:
        self._count = entries
        self._mentions: dict[str, dict[str, dict[int, int]]] = {}
        self._written: dict[tuple[str, str], str] = {}
        for entry, kind, value, place, written in zip(*(arrays[name].tolist() for name in ("entry", "kind", "value", "place", "written")), strict=True):
            self._written.setdefault((kind, value), written)
            places = self._mentions.setdefault(kind, {}).setdefault(value, {})
            places[entry] = max(places.get(entry, 0), place)
        self._named = [kind for kind in self._mentions if not kind.startswith(" ")]
        """Kinds of codes; the others are units of quantities."""
        self._kinds_of_titles = {kind for kind, values in self._mentions.items() if any(_IN_TITLE in places.values() for places in values.values())}

    def as_written(self, text: str) -> str:
        """A question with its codes written as the entries write them: "err 4012" as "err-4012"."""
        return _TYPED_CODE.sub(lambda match: self._written.get((match[1].lower(), match[2]), match[0]), text)

    def about_others(self, text: str) -> npt.NDArray[np.bool_] | None:
        """Which entries are about another code than the one a question names?

        Args:
            text: the question.

        Returns:
            `(entries,)`: those that name another code of its kind and not this one. A code counts as named in the
            title, or, where some entry has the very code, in alternative questions too; a quantity counts in the title,
            and only where some entry has the very quantity: 45 days are a matter for the entry about 30 days. None when
            there are none such.
        """
        others: set[int] = set()
        right: set[int] = set()
        for code in self._asked(text):
            known = self._mentions.get(code.kind, {})
            holders = known.get(code.value, {})
            if code.quantity and not holders:
                continue
            needed = 1 if holders and not code.quantity else 2
            titled = max(holders.values(), default=0) == _IN_TITLE
            # An entry that only mentions the code is about the other code in its own title, if some other entry has the asked code in its title.
            right |= {entry for entry, place in holders.items() if place == _IN_TITLE or not (titled and self._titled(code.kind, entry))}
            others |= {entry for value, places in known.items() if value != code.value for entry, place in places.items() if place >= needed}
        others -= right
        if not others:
            return None
        chosen = np.zeros(self._count, dtype=np.bool_)
        chosen[sorted(others)] = True
        return chosen

    def nobody_has(self, text: str) -> bool:
        """Whether a question names a code that no entry has, of a kind that titles name; an order number is of no such kind."""
        return any(not code.quantity and code.kind in self._kinds_of_titles and code.value not in self._mentions[code.kind] for code in self._asked(text))

    def _titled(self, kind: str, entry: int) -> bool:
        """Whether an entry's title has a code of a kind."""
        return any(places.get(entry) == _IN_TITLE for places in self._mentions[kind].values())

    def _asked(self, text: str) -> set[_Code]:
        asked: set[_Code] = set()
        for line in text.split("\n"):
            found = words(line)
            for before, word in zip(["", *found], found, strict=False):
                if _LONG_NUMBER.fullmatch(word):  # "ERR 4012", or only "4012"
                    asked |= {_Code(kind, word) for kind in self._named if kind == before or word in self._mentions[kind]}
            asked |= {code for code in _codes(line) if code.kind in self._mentions}
        return asked


def _codes(line: str) -> dict[_Code, str]:
    """The codes and quantities of a line, with how each is written."""
    found = words(line)
    codes = {_Code(match[1], match[2]): word for word in found if (match := _CODE.fullmatch(word))}
    after = stems(found)[1:]
    return codes | {_Code(f" {unit}", word): word for word, unit in zip(found, after, strict=False) if word.isdigit() and unit.isalpha()}
