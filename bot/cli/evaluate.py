"""`sopbot evaluate`: how well questions are answered, measured."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.build_rules import deciding_by
from bot.cli.examples import examples
from bot.cli.wiring import thresholds_from
from bot.settings import read_settings

if TYPE_CHECKING:  # reading it takes longer than most commands
    from index.evaluation import Figures, Judged

_COLUMNS = (
    ("entries", "entries"), ("queries", "queries"), ("R@1", "recall_at_1"), ("R@3", "recall_at_3"), ("MRR@10", "mrr_at_10"),
    ("nDCG@10", "ndcg_at_10"), ("AUROC far", "auroc_far"), ("FA90 far", "fa90_far"), ("AUROC near", "auroc_near"),
    ("FA90 near", "fa90_near"), ("ECE", "ece"), ("answered", "answered"), ("wrong", "wrong_among_answered"),
    ("in sugg.", "right_in_suggestions"), ("refused", "refused"), ("false far", "false_answers_far"),
    ("false near", "false_answers_near"), ("s", "seconds"), ("MB", "memory_mb"),
)  # fmt: skip


@click.command(epilog=examples("sopbot evaluate knowledge/golden.jsonl", "sopbot evaluate --misses knowledge/golden.jsonl"))
@click.argument("datasets", nargs=-1, required=True, metavar="DATASET...", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--withhold",
    metavar="SHARE",
    default=0.25,
    show_default=True,
    type=click.FloatRange(0, 0.9),
    help="Share of entries left out for the 'near' figures; 0 for none.",
)
@click.option("--seed", metavar="NUMBER", default=13, show_default=True, help="Begins the draw of those entries; with the same one, the same are drawn.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a data set, with 95 % intervals.")
@click.option("--picture", type=click.Path(path_type=Path, file_okay=False), help="Folder for a reliability picture (PNG) of each data set.")
@click.option("--misses", is_flag=True, help="Also list the questions that went wrong.")
def evaluate(datasets: tuple[Path, ...], withhold: float, seed: int, as_json: bool, picture: Path | None, misses: bool) -> None:
    """Measure how well questions are answered.

    DATASET is a folder with corpus.jsonl, queries.jsonl, qrels.tsv and perhaps oos.jsonl; or a file of your own golden
    questions such as knowledge/golden.jsonl, which is asked of the index as it is.
    """
    from index.dataset import read_dataset, read_golden
    from index.evaluation import evaluate as evaluate_dataset
    from index.evaluation import evaluate_golden
    from index.export import encoder_folder
    from index.search import open_index
    from index.vector_cache import VectorCache

    settings = read_settings()
    outcome = deciding_by(thresholds_from(settings), settings.past_review, date.today())  # noqa: DTZ011 - as for people who ask
    rows: list[Figures] = []
    for path in datasets:
        judged: list[Judged]
        if path.is_file():
            found, judged = evaluate_golden(read_golden(path), open_index(settings.data_dir), outcome)
        else:
            folder = encoder_folder(settings.model, settings.cache_dir / "encoders", lambda what: click.echo(f"{what} …", err=True))
            found, judged = evaluate_dataset(read_dataset(path), folder, VectorCache(settings.cache_dir / "vectors.db"), outcome, withhold, seed)
        rows.append(found)
        if as_json:
            click.echo(json.dumps(asdict(found)))
        if picture:
            from index.reliability import draw_reliability

            click.echo(f"Picture: {draw_reliability(judged, found, picture)}", err=True)
        if misses:
            _print_misses(judged)
    if not as_json:
        _print_table(rows)


def _print_table(rows: Sequence[Figures]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("figure", *(row.dataset for row in rows))
    for heading, name in _COLUMNS:
        table.add_row(heading, *(_cell(row, name) for row in rows))
    Console(width=max(80, 24 + 24 * len(rows))).print(table)


def _cell(row: Figures, name: str) -> str:
    value = getattr(row, name)
    interval = row.intervals.get(name)
    if value is None:
        return "–"
    if interval is None:
        return f"{value:g}"
    return f"{value:.3f} ({interval[0]:.3f}–{interval[1]:.3f})"


def _print_misses(judged: Sequence[Judged]) -> None:
    for one in judged:
        question, ranked = one.question, one.ranked
        good = one.first_right and one.outcome == "answer" if question.right else one.outcome == "no_answer"
        if not good:
            expected = ", ".join(sorted(question.right)) or "nothing"
            first = f"{ranked[0][0]} ({ranked[0][1]:.2f})" if ranked else "nothing"
            click.echo(f"{one.outcome}: {question.text[:160]!r}\n    expected {expected}; first is {first}")
