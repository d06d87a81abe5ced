"""A file's bytes <-> its lines, each with its own line end, so that lines nobody meant stay as they are to the byte."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from bot.errors import EditRefused

_BOM = "\ufeff"
_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")


@dataclass(frozen=True, slots=True)
class Source:
    """A text file in pieces.

    Attributes:
        mark: the byte order mark, or nothing.
        lines: without line ends; `lines[0]` is line 1.
        ends: the line end of each, empty for a last line without one.
    """

    mark: str
    lines: tuple[str, ...]
    ends: tuple[str, ...]

    @classmethod
    def of(cls, path: str, data: bytes) -> Self:
        """Read a file's bytes.

        Raises:
            EditRefused: they are no UTF-8 text.
        """
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            raise EditRefused(f"{path} is not UTF-8 text, so it cannot be changed here. Open it in an editor and save it with the encoding UTF-8.") from None
        mark = _BOM if text.startswith(_BOM) else ""
        pieces = [(found[1], found[2]) for found in _LINE.finditer(text, len(mark))]
        while len(pieces) > 1 and pieces[-1] == ("", "") and pieces[-2][1] == "":
            pieces.pop()  # the expression matches once more at the end
        return cls(mark, tuple(line for line, _ in pieces), tuple(end for _, end in pieces))

    @property
    def data(self) -> bytes:
        """The file's bytes."""
        return (self.mark + "".join(line + end for line, end in zip(self.lines, self.ends, strict=True))).encode("utf-8")

    @property
    def newline(self) -> str:
        """The line end that most lines have; a line feed where none has one."""
        ends = Counter(end for end in self.ends if end)
        return ends.most_common(1)[0][0] if ends else "\n"

    def spliced(self, start: int, stop: int, texts: Sequence[str]) -> Source:
        """Put lines in place of others.

        Args:
            start: 0-based number of the first line to replace.
            stop: 0-based number of the line behind the last one; the same as `start` to insert.
            texts: the new lines, without line ends. A line that stays in its place keeps its end.
        """
        kept = list(self.ends[start:stop])[: len(texts)]
        ends = [*self.ends[:start], *kept, *[self.newline] * (len(texts) - len(kept)), *self.ends[stop:]]
        lines = (*self.lines[:start], *texts, *self.lines[stop:])
        # Only the last line may go without an end.
        whole = [end or self.newline for end in ends[:-1]] + ends[-1:]
        if whole and stop >= len(self.lines) and not self.ends[-1]:
            whole[-1] = ""
        return Source(self.mark, lines, tuple(whole))
