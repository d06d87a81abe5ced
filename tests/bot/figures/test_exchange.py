from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

from bot.figures.definitions import DEFINITIONS
from bot.figures.exchange import SHARES, to_csv, to_json
from bot.figures.store import Figures
from tests.bot.figures.conftest import NOVEMBER
from tests.conftest import ROOT


def test_csv_has_one_figure_a_line(figures: Figures) -> None:
    """Part, whole and share; every slice, entry and checklist."""
    rows = list(csv.DictReader(io.StringIO(to_csv(figures.report(NOVEMBER)))))
    found = {(row["of"], row["name"], row["figure"]): (row["part"], row["whole"], row["share"]) for row in rows}
    assert len(found) == len(rows)
    assert found["period", "2026-11-01/2026-11-30", "helped"] == ("1", "2", "0.5000")
    assert found["week", "2026-11-16", "helped"] == ("0", "0", "")
    assert found["entry", "b", "trouble"] == ("2", "", "")
    assert found["checklist", "sop", "compliance"] == ("3", "6", "0.5000")
    assert found["gaps", "", "gaps_open"] == ("7", "", "")
    assert found["gaps", "", "days_to_close"] == ("3.0", "", "")


def test_a_spreadsheet_runs_nothing(figures: Figures) -> None:
    """A name that begins like a formula is written as text."""
    report = figures.report(NOVEMBER)
    evil = replace(report, entries=(replace(report.entries[0], entry_id='=HYPERLINK("http://x")'),))
    assert next(row[1] for row in csv.reader(io.StringIO(to_csv(evil))) if row[0] == "entry") == '\'=HYPERLINK("http://x")'


def test_json_says_what_each_figure_counts(figures: Figures) -> None:
    """Shares with part, whole and interval; None where nothing can be said."""
    told = json.loads(json.dumps(to_json(figures.report(NOVEMBER))))
    assert told["totals"]["first_answer_right"] == {"part": 1, "whole": 2, "share": 0.5, "interval_95": [0.0945, 0.9055]}
    assert told["over_time"][0] == {"start": "2026-10-26", "questions": 0} | {
        name: {"part": 0, "whole": 0, "share": None, "interval_95": None} for name in SHARES
    }
    assert told["gaps"] == {"opened": 2, "closed": 1, "open_now": 7, "median_days_to_close": 3.0}
    assert told["definitions"]["helped"]["counts"] == DEFINITIONS["helped"].counts


def test_every_figure_is_defined_in_one_sentence_that_the_documents_repeat() -> None:
    """docs/figures.md holds each title with its sentence, word for word; a sentence ends once."""
    guide = (ROOT / "docs" / "figures.md").read_text()
    for name, definition in DEFINITIONS.items():
        assert f"| {definition.title} | {definition.counts} |" in guide, name
        assert definition.counts.endswith(".")
        assert ". " not in definition.counts
    assert set(SHARES) <= DEFINITIONS.keys()
