"""Texts of the evaluation sets -> a knowledge folder of any size, to measure builds with; the same on every run."""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

_PER_FAQ, _STEPS, _QUESTIONS = 20, 4, 2
_SENTENCES = 3


def main() -> None:
    """Read the arguments and write the folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path, help="folder to write; must not exist")
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--source", type=Path, required=True, help="folder of data sets as `sopbot evaluate` reads them")
    arguments = parser.parse_args()
    print(f"{generate(arguments.target, arguments.entries, arguments.source)} files")


def generate(target: Path, entries: int, source: Path, seed: int = 13) -> int:
    """Write procedures (a tenth of the entries, a file each) and FAQ files of twenty questions.

    Args:
        target: new folder.
        entries: how many there shall be.
        source: folder of data sets.
        seed: of the draws.

    Returns:
        Number of files.

    Raises:
        SystemExit: there is too little text to draw from.
    """
    draw = random.Random(seed)  # noqa: S311 - texts, not secrets
    titles, sentences = _texts(source)
    if not titles or len(sentences) < _SENTENCES:
        raise SystemExit(f"{source} holds no data sets: folders with corpus.jsonl and queries.jsonl, as `sopbot evaluate` reads them.")
    draw.shuffle(titles)
    procedures = entries // 10
    (target / "sops").mkdir(parents=True)
    (target / "faqs").mkdir()

    def title(number: int) -> str:  # texts that come a second time get a number, so that ids stay apart
        return titles[number % len(titles)] + (f" ({number // len(titles) + 1})" if number >= len(titles) else "")

    def text() -> str:
        return " ".join(draw.sample(sentences, draw.randint(1, _SENTENCES)))

    for number in range(procedures):
        questions = "".join(f"  - {json.dumps(draw.choice(titles))}\n" for _ in range(_QUESTIONS))
        steps = "".join(f"{step}. {draw.choice(sentences)}\n" for step in range(1, _STEPS + 1))
        (target / "sops" / f"procedure-{number:05d}.md").write_text(
            f"---\nid: procedure-{number:05d}\nquestions:\n{questions}---\n# {title(number)}\n\n## Steps\n\n{steps}", encoding="utf-8"
        )
    rest = range(procedures, entries)
    for start in range(0, len(rest), _PER_FAQ):
        blocks = [f"## {title(number)}\n\nAlso asked:\n\n- {draw.choice(titles)}\n\n{text()}\n" for number in rest[start : start + _PER_FAQ]]
        audience = "public" if (start // _PER_FAQ) % 2 else "internal"
        head = f"---\ntitle: Topic {start // _PER_FAQ}\naudience: {audience}\n---\n# Topic {start // _PER_FAQ}\n\n"
        (target / "faqs" / f"topic-{start // _PER_FAQ:05d}.md").write_text(head + "\n".join(blocks), encoding="utf-8")
    return procedures + (len(rest) + _PER_FAQ - 1) // _PER_FAQ


def _texts(source: Path) -> tuple[list[str], list[str]]:
    """Questions to be titles, and sentences to be text; each once, sorted."""
    titles: set[str] = set()
    sentences: set[str] = set()
    for folder in sorted(path for path in source.iterdir() if (path / "corpus.jsonl").is_file()):
        for name in ("queries.jsonl", "corpus.jsonl"):
            for line in (folder / name).read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                if name == "queries.jsonl":
                    titles.add(_plain(row["text"]))
                else:
                    sentences.update(_plain(part) for part in row["text"].replace(". ", ".\n").split("\n"))
    keep = {text for text in titles if 8 < len(text) < 120}
    return sorted(keep), sorted(text for text in sentences if 20 < len(text) < 240)


def _plain(text: str) -> str:
    """Letters, digits and mild punctuation only, in one line, so that nothing becomes Markdown by accident."""
    return " ".join("".join(character if character.isalnum() or character in " ,.?'-" else " " for character in text).split()).lstrip("-. 0123456789")


if __name__ == "__main__":
    main()
