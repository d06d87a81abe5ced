"""An author's question -> what people in a hurry make of it: with typos, in fragments, wrapped in small talk.

The same text always gives the same copies.
"""

from __future__ import annotations

import random
import re
from zlib import crc32

from index.terms import STOP_WORDS

_BEFORE = (
    "hi, ",
    "hello there. ",
    "hey can you help me, ",
    "good morning, i have a question. ",
    "hi my name is sam and ",
    "i was wondering, ",
    "excuse me but ",
    "ok so ",
)
_AFTER = ("", "", " thanks", " please", "??", " asap", " can you help")
_LONG_WORD = 4


def noisy(text: str) -> tuple[str, str, str]:
    """Three copies of a question: with typos, as a fragment, and chatty."""
    return _typos(text), _fragment(text), _chatty(text)


def _typos(text: str) -> str:
    draw, words = _draw(text, 1), _plain(text).split()
    places = [place for place, word in enumerate(words) if len(word) >= _LONG_WORD and word.isalpha()]
    for place in draw.sample(places, min(len(places), 1 + len(places) // 4)):
        word, at, kind = words[place], draw.randrange(1, len(words[place]) - 1), draw.randrange(3)
        swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        words[place] = (word[:at] + word[at + 1 :], swapped, word[:at] + word[at] + word[at:])[kind]
    return " ".join(words)


def _fragment(text: str) -> str:
    draw, words = _draw(text, 2), re.findall(r"[\w'-]+", text.lower())
    content = [word for word in words if word not in STOP_WORDS] or words
    if len(content) > 2:
        content.pop(draw.randrange(len(content)))
    return " ".join(content)


def _chatty(text: str) -> str:
    draw = _draw(text, 3)
    return draw.choice(_BEFORE) + _plain(text) + draw.choice(_AFTER)


def _plain(text: str) -> str:
    return text.lower().rstrip("?.! ")


def _draw(text: str, kind: int) -> random.Random:
    return random.Random(crc32(f"{kind}:{text}".encode()))  # noqa: S311
