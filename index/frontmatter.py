"""The lines between the two `---` at the top of a file -> Meta, and what is wrong with them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from index.channels import channel_id
from index.errors import Problem
from index.records import CHANNELS, Meta

KEYS = Meta.__struct_fields__
_KNOWN = f"Known are: {', '.join(KEYS)}."
_KIND_BY_FOLDER = {"sops": "sop", "faqs": "faq"}
_LISTS = ("channels", "questions", "tags")
_DATES = ("reviewed_on", "review_by")
_CHOICES = {"kind": ("sop", "faq", "handbook"), "audience": ("public", "internal")}
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a file says about itself.

    Attributes:
        meta: the checked values.
        end: number of source lines it takes up, both `---` lines included; 0 when there is none.
        problems: in order of line. In a handbook, whose front matter may belong to another tool, all are warnings.
    """

    meta: Meta
    end: int
    problems: tuple[Problem, ...]


def read_front_matter(path: str, source: tuple[str, ...]) -> FrontMatter:
    """Read a file's front matter.

    Args:
        path: relative to the knowledge folder; its folders `sops` and `faqs` tell the kind when the front matter does not.
        source: the file's lines without line ends.
    """
    folder_kind = next((_KIND_BY_FOLDER[part] for part in path.split("/")[:-1] if part in _KIND_BY_FOLDER), "")
    end = _closing_line(source)
    values, found = _read(_pairs(source[1 : end - 1]) if end else ())
    found += _misplaced(source, end) if folder_kind else []
    kind = values.setdefault("kind", folder_kind or "handbook")
    foreign = kind == "handbook" and not folder_kind  # whose facts may belong to another tool
    problems = [Problem(path, line, message, fatal=not foreign) for line, message in found if not (foreign and message.endswith(_KNOWN))]
    return FrontMatter(Meta(**values), end, tuple(sorted(problems)))


def _read(pairs: Iterable[tuple[str, Any, int, str]]) -> tuple[dict[str, Any], list[tuple[int, str]]]:
    """The checked values by name, and each complaint with its line."""
    values: dict[str, Any] = {}
    complaints: list[tuple[int, str]] = []
    for key, value, line, error in pairs:
        if error:
            complaints.append((line, error))
        elif key not in KEYS:
            near = difflib.get_close_matches(key, KEYS, n=1, cutoff=0.8)
            hint = f"Did you mean '{near[0]}'?" if near else _KNOWN
            complaints.append((line, f"'{key}' is not known. {hint}"))
        elif key in values:
            complaints.append((line, f"'{key}' stands here twice. Keep one of them."))
            if key == "audience":
                values[key] = "internal"  # of two, the one that shows less
        else:
            checked, complaint = _check(key, value)
            if complaint:
                complaints.append((line, complaint))
            elif checked not in ("", ()):
                values[key] = checked
    return values, complaints


def _misplaced(source: tuple[str, ...], end: int) -> list[tuple[int, str]]:
    """What is wrong with the lines `---` themselves, in a document of ours."""
    if late := _late_opening(source):
        return [(late, "The facts about the document must begin on its first line. Remove what stands above '---'.")]
    if source and source[0].rstrip() == "---" and not end:
        return [(1, "The first line '---' opens the document's facts, but no second '---' closes them. Add a line '---' below the last fact.")]
    return []


def _late_opening(source: tuple[str, ...]) -> int:
    """1-based number of a line `---` that opens facts below blank lines, where they are not read; 0 otherwise."""
    first = next((number for number, text in enumerate(source) if text.strip()), 0)
    below = source[first + 1] if first + 1 < len(source) else ""
    return first + 1 if first and source[first].rstrip() == "---" and below.split(":")[0] in KEYS else 0


def _closing_line(source: tuple[str, ...]) -> int:
    """1-based number of the line that closes the front matter, 0 when there is none."""
    if not source or source[0].rstrip() != "---":
        return 0
    return next((number for number, text in enumerate(source[1:], 2) if text.rstrip() in ("---", "...")), 0)


def _pairs(yaml_lines: tuple[str, ...]) -> Iterator[tuple[str, Any, int, str]]:
    """Each key with its value (text, list of texts, or None for a nested mapping), line, and what is wrong."""
    try:
        # Composed, not loaded: values stay the text that the author wrote, and every node knows its line.
        root = YAML().compose("\n".join(yaml_lines) + "\n")
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = min(mark.line if mark else 0, max(len(yaml_lines) - 1, 0)) + 2
        yield (
            "",
            None,
            line,
            f"This is not in the form 'name: value' ({getattr(error, 'problem', None) or 'cannot be read'}). Put texts that hold ': ' or '#' between quotation marks.",
        )
        return
    except (ValueError, RecursionError) as error:  # malformed escapes; brackets nested by the thousand
        yield "", None, 2, f"This cannot be read ({error})."
        return
    if root is None:
        return
    if not isinstance(root, MappingNode):
        yield "", None, 2, "Each line here must be 'name: value'."
        return
    for key_node, value_node in root.value:
        yield str(key_node.value), _plain(value_node), key_node.start_mark.line + 2, ""


def _plain(node: object) -> Any:
    if isinstance(node, ScalarNode):
        text = "" if node.tag == "tag:yaml.org,2002:null" else str(node.value).strip()
        return text.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair has no UTF-8 form
    if isinstance(node, SequenceNode) and all(isinstance(child, ScalarNode) for child in node.value):
        return tuple(text for child in node.value if (text := cast(str, _plain(child))))
    return None


def _check(key: str, value: Any) -> tuple[Any, str]:
    """The value in its own type, and a complaint that is empty when all is well."""
    if value is None:
        return None, f"'{key}' holds something nested. Write a text or a list of texts."
    if key in _LISTS:
        texts = (value,) if isinstance(value, str) and value else tuple(value)
        return _channels(texts) if key == "channels" else (texts, "")
    if not isinstance(value, str):
        return None, f"'{key}' holds a list. Write one text."
    if not value:
        return "", ""
    if key in _DATES:
        return _date(key, value)
    if key in _CHOICES and value not in _CHOICES[key]:
        return None, f"'{key}' is '{value}'. Write {', '.join(_CHOICES[key][:-1])} or {_CHOICES[key][-1]}."
    if key == "id" and not _ID.fullmatch(value):
        return None, f"'id' is '{value}'. Use small letters, digits and single hyphens, for example refund-not-received."
    return value, ""


def _channels(texts: tuple[str, ...]) -> tuple[tuple[str, ...] | None, str]:
    found = {text: channel_id(text) for text in texts}
    unknown = [text for text, channel in found.items() if channel is None]
    if unknown:
        return None, f"'{unknown[0]}' is not a channel. Channels are: {', '.join(CHANNELS)}."
    return tuple(dict.fromkeys(channel for channel in found.values() if channel)), ""


def _date(key: str, value: str) -> tuple[date | None, str]:
    complaint = f"'{key}' is '{value}', which is not a date. Write it as year-month-day, for example 2027-04-05."
    if not _DATE.fullmatch(value):
        return None, complaint
    try:
        return date.fromisoformat(value), ""
    except ValueError:
        return None, complaint
