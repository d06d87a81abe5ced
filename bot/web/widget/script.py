"""The parts beside this file -> the one script that a shop's page loads."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
_PARTS = ("colours.js", "options.js", "elements.js", "server.js", "feedback.js", "views.js", "panel.js", "start.js")
"""In an order in which each part finds what it needs at once in those before it; `start.js` sets off the rest."""
_LEFT_OUT = re.compile(r"^(?: *(?://|/\*\*| \* | \*/).*\n| +)|(?<=[;,{]) +// .*$", re.MULTILINE)
"""Comments, on lines of their own and at the end of others, and the white space at the beginning of lines; no part has a text
of several lines."""
_CSS_COMMENTS = re.compile(r"/\*.*?\*/\n?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Script:
    """A script as it is sent."""

    text: str
    etag: str
    """Changes with the text."""


@cache
def widget_script() -> Script:
    """Put the parts into one function of their own, so that the page's scripts see nothing of them but `sopbot`.

    The second of two tags on a page does nothing. Texts are JSON files and styles a CSS file; both become values that the
    parts know as `TEXTS` (by language) and `STYLE`. Comments stay here: they would be a sixth of what
    each visitor loads.
    """
    texts = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted((_HERE / "texts").glob("*.json"))}
    values = {"TEXTS": texts, "STYLE": _CSS_COMMENTS.sub("", _read("widget.css"))}
    lines = [
        "(() => {",
        '"use strict";',
        'if (typeof window.sopbot?.open === "function") return;',
        *(f"const {name} = {json.dumps(value, ensure_ascii=False, separators=(',', ':'))};" for name, value in values.items()),
        *(_LEFT_OUT.sub("", _read(part)) for part in _PARTS),
        "})();",
    ]
    text = "\n".join(lines) + "\n"
    return Script(text, f'W/"{hashlib.sha256(text.encode()).hexdigest()[:16]}"')


def _read(part: str) -> str:
    return (_HERE / part).read_text(encoding="utf-8")
