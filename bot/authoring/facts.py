"""The lines between the two `---`: one fact set, or texts added to a list, and every other line as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.authoring.source import Source
from bot.errors import EditRefused
from index.frontmatter import read_front_matter

_ITEM = re.compile(r"\s*-\s+")


def with_texts(source: Source, key: str, texts: Sequence[str]) -> Source:
    """Add texts to a list such as `questions`, in the form in which its author wrote it.

    Args:
        source: of a document.
        key: of the list; it is begun when it is not there.
        texts: each in one line.

    Raises:
        EditRefused: what stands there now is no list of texts.
    """
    end = _end(source)
    if not end:
        return source.spliced(0, 0, ["---", *_block(key, texts), "---", ""])
    node = _value(source, key)
    if node is None:
        return source.spliced(end - 1, end - 1, _block(key, texts))
    line = node.start_mark.line + 1
    if isinstance(node, SequenceNode) and not node.flow_style and node.value:
        first = source.lines[node.value[0].start_mark.line + 1]
        mark = _ITEM.match(first)
        last = _last_line(source, node.value[-1])
        return source.spliced(last + 1, last + 1, [f"{mark.group() if mark else '  - '}{scalar(text)}" for text in texts])
    if isinstance(node, SequenceNode) and node.flow_style:
        row, column = node.end_mark.line + 1, node.end_mark.column - 1
        before, after = source.lines[row][:column].rstrip(), source.lines[row][column:]
        comma = "" if before.endswith((",", "[")) or not node.value else ","
        if not before.strip() and node.value:  # the bracket stands alone; a comma belongs behind the text above
            raise EditRefused(f"'{key}' is a list in brackets over several lines. Write each of its texts on a line of its own, behind '- ', and try again.")
        added = ", ".join(scalar(text, in_brackets=True) for text in texts)
        return source.spliced(row, row + 1, [f"{before}{comma}{' ' if before.endswith(',') or comma else ''}{added}{after}"])
    if isinstance(node, ScalarNode):
        line = _key_line(source, key)
        name, _, rest = source.lines[line].partition(":")
        kept = [f"  - {rest.strip()}"] if node.value else []
        comment = f" {rest.strip()}" if not node.value and rest.strip().startswith("#") else ""
        return source.spliced(line, line + 1, [f"{name}:{comment}", *kept, *(f"  - {scalar(text)}" for text in texts)])
    raise EditRefused(f"'{key}' holds something else than texts, so nothing can be added to it here. Mend it in the file first.")


def with_fact(source: Source, key: str, value: str, after: Sequence[str]) -> Source:
    """Set a fact of one line; quotation marks and a comment behind it stay.

    Args:
        source: of a document.
        key: of the fact.
        value: that needs no quotation marks, such as a date.
        after: keys below which it is put when it is not there, the first that is there.

    Raises:
        EditRefused: what stands there now is no text of one line.
    """
    end = _end(source)
    if not end:
        return source.spliced(0, 0, ["---", f"{key}: {value}", "---", ""])
    node = _value(source, key)
    if node is None:
        lines = [_key_line(source, other) for other in after]
        place = next((line + 1 for line in lines if line), end - 1)
        return source.spliced(place, place, [f"{key}: {value}"])
    line = _key_line(source, key)
    text = source.lines[line]
    if isinstance(node, ScalarNode) and node.value == "":
        name, _, rest = text.partition(":")
        return source.spliced(line, line + 1, [f"{name}: {value}{f'  {rest.strip()}' if rest.strip().startswith('#') else ''}"])
    first, last = node.start_mark, node.end_mark
    if not isinstance(node, ScalarNode) or first.line != last.line or first.line + 1 != line:
        raise EditRefused(f"'{key}' does not hold one text on its own line. Write it as '{key}: {value}' in the file.")
    quote = text[first.column] if text[first.column] in "\"'" else ""
    return source.spliced(line, line + 1, [f"{text[: first.column]}{quote}{value}{quote}{text[last.column :]}"])


def scalar(text: str, *, in_brackets: bool = False) -> str:
    """A text as YAML, as plain as it can be written and still be read as that text.

    Raises:
        EditRefused: there is no way to write it.
    """
    single, double = "'" + text.replace("'", "''") + "'", json.dumps(text, ensure_ascii=False)
    quoted = (double, single) if "'" in text and '"' not in text else (single, double)
    for written in (text, *quoted, json.dumps(text)):
        lines = ("---", f"questions: [{written}, x]", "---") if in_brackets else ("---", "questions:", f"  - {written}", "  - x", "---")
        if read_front_matter("sops/x.md", lines).meta.questions == (text, "x"):
            return written
    raise EditRefused(f"'{text}' cannot be written into a document. Leave out its unusual characters.")


def _block(key: str, texts: Sequence[str]) -> list[str]:
    return [f"{key}:", *(f"  - {scalar(text)}" for text in texts)]


def _end(source: Source) -> int:
    """Number of lines that the facts take up, with both `---`; 0 when there are none."""
    return read_front_matter("x.md", source.lines).end


def _value(source: Source, key: str) -> Node | None:
    """The value of a fact, with its place counted from the line below the first `---`; None when it is not there."""
    try:
        root = YAML().compose("\n".join(source.lines[1 : _end(source) - 1]) + "\n")
    except (YAMLError, ValueError, RecursionError):
        return None
    pairs = root.value if isinstance(root, MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def _key_line(source: Source, key: str) -> int:
    """0-based number of the line of a fact; 0 when it is not there."""
    lines = source.lines[1 : _end(source) - 1]
    return next((number for number, line in enumerate(lines, 1) if line.split(":")[0].strip().strip("'\"") == key), 0)


def _last_line(source: Source, node: Node) -> int:
    """0-based number of the last line of a list's text that is not blank."""
    last = int(node.end_mark.line) + (1 if node.end_mark.column else 0)
    last = max(last, int(node.start_mark.line) + 1)
    while last > node.start_mark.line + 1 and not source.lines[last].strip():
        last -= 1
    return last
