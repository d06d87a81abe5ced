"""Other ways of asking for an entry, added where its author keeps them: in the front matter, or below a FAQ's question."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from bot.authoring.edit import Edit, edit_of
from bot.authoring.facts import with_texts
from bot.authoring.reading import Reading, read_whole, same_but
from bot.authoring.source import Source
from bot.errors import EditRefused
from index.entries import read_entries
from index.entry_parts import Tree
from index.faq import find_question
from index.markdown import parse_document
from index.records import Block, Entry

_MARKS = "\\`*_[]<>#~|"
_ITEM = re.compile(r"(?P<mark>\s*[-*+]\s+)")
_ORDERED = re.compile(r"(\d+)([.)])")


def add_questions(path: str, data: bytes, entry_id: str, questions: Iterable[str]) -> Edit:
    """Add other ways of asking for an entry.

    Args:
        path: of its document, relative to the knowledge folder.
        data: the document's bytes.
        entry_id: what they ask for.
        questions: as people asked; white space is put right, and those that stand there already are left out.

    Returns:
        The edit: added lines only, but for a list in brackets, whose line grows.

    Raises:
        EditRefused: nothing new is left, or the entry has no place for questions, or they cannot be written into it.
    """
    reading = read_whole(path, data)
    entry = reading.entry(entry_id)
    new = _new(entry, questions)
    if not new:
        raise EditRefused(f"'{entry.title}' lists these questions already, so there is nothing to add.")
    changed = [replace(one, questions=(*one.questions, *new)) if one is entry else one for one in reading.entries]
    meta = reading.document.meta
    if entry.kind != "faq":
        if entry is not reading.entries[0]:
            raise EditRefused(
                f"'{entry.title}' is a section in the middle of {path}, and only the first has a place for questions. Put them into a FAQ, or make the section a document of its own."
            )
        meta = replace(meta, questions=(*meta.questions, *new))
    for source in _candidates(reading, entry, Source.of(path, data), new):
        if same_but(path, source.data, meta, changed, len(reading.problems)):
            return edit_of(path, data, source.data)
    raise EditRefused(f"The questions cannot be added to {path} without changing something else in it. Add them by hand.")


def _new(entry: Entry, questions: Iterable[str]) -> tuple[str, ...]:
    """One line each, each once, without those that are there."""
    known = {_same(text) for text in (entry.title, *entry.questions)}
    new: dict[str, str] = {}
    for question in questions:
        text = question_line(question)
        if text and _same(text) not in known:
            new.setdefault(_same(text), text)
    return tuple(new.values())


def question_line(text: str) -> str:
    """A question as one line: white space put right, characters that nobody sees left out."""
    whole = text.encode("utf-8", "replace").decode("utf-8").removeprefix("\ufeff")
    return "".join(character for character in " ".join(whole.split()) if unicodedata.category(character) != "Cc").strip()


def _same(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip("?!. ")


def _candidates(reading: Reading, entry: Entry, source: Source, new: Sequence[str]) -> Iterator[Source]:
    """Ways to write the questions in, the plainest first; each is tried until one reads as meant."""
    if entry.kind != "faq":
        yield with_texts(source, "questions", new)
        return
    found = find_question(reading.document, entry.id)
    if found is None:
        return
    tree, items = found
    written = [item_line(text) for text in new]
    if items:
        yield _behind(source, items[-1], written)
    else:
        yield from (_begun(source, tree, written, mark) for mark in "-*+")


def item_line(text: str) -> str:
    """A question as the text of a list item, as plain as it can be written and still be read as that question.

    Raises:
        EditRefused: there is no way to write it.
    """
    for written in _forms(text):
        entries, _ = read_entries(parse_document("faqs/x.md", f"# X\n\n## Y\n\nAlso asked:\n\n- {written}\n- x\n\nZ.\n".encode())[0])
        if [entry.questions for entry in entries] == [(text, "x")]:
            return written
    raise EditRefused(f"'{text}' cannot be written into a document. Leave out its unusual characters.")


def heading_line(text: str) -> str:
    """A title as the text of a heading, likewise.

    Raises:
        EditRefused: there is no way to write it.
    """
    for written in _forms(text):
        document, _ = parse_document("x.md", f"# {written}\n\nZ.\n".encode())
        if [section.title for section in document.sections] == [text]:
            return written
    raise EditRefused(f"'{text}' cannot be a heading. Leave out its unusual characters.")


def _forms(text: str) -> tuple[str, ...]:
    return text, _escaped(text), _escaped_whole(text)


def _behind(source: Source, item: Block, texts: Sequence[str]) -> Source:
    """The texts as items of a list, behind its last one."""
    mark = _ITEM.match(source.lines[item.lines.first - 1])
    return source.spliced(item.lines.last, item.lines.last, [f"{mark['mark'] if mark else '- '}{text}" for text in texts])


def _begun(source: Source, tree: Tree, texts: Sequence[str], mark: str) -> Source:
    """A list begun above the answer; its marks differ from those of a list that the answer begins with."""
    first = min(lines.first for lines in (tree.section.body, *(deeper.lines for deeper in tree.below)) if lines) - 1
    above = [""] if first and source.lines[first - 1].strip() else []
    return source.spliced(first, first, [*above, "Also asked:", "", *(f"{mark} {text}" for text in texts), ""])


def _escaped(text: str) -> str:
    """Markdown's marks taken for plain characters."""
    plain = "".join(f"\\{character}" if character in _MARKS and character != "<" else character for character in text.replace("&", "&amp;"))
    plain = plain.replace("<", "&lt;")
    return _ORDERED.sub(r"\1\\\2", plain, count=1) if _ORDERED.match(plain) else f"\\{plain}" if plain[0] in "-+=:" else plain


def _escaped_whole(text: str) -> str:
    """Every sign taken for a plain character."""
    return "".join(f"&#{ord(character)};" if character.isascii() and not character.isalnum() and character != " " else character for character in text)
