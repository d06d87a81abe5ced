"""The figures page as a browser without scripts gets it, on a real server with real counts."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest

from bot.database import Database
from bot.figures.definitions import DEFINITIONS
from bot.log_records import StoredQuestion
from bot.query_log import QueryLog
from index.records import CHANNELS
from tests.bot.conftest import PEPPER
from tests.bot.web.test_review import Desk, open_desk


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[Desk]:
    """Ada's desk: three questions of today, two of them from two months ago."""
    clock = [datetime.now(UTC)]
    log = QueryLog(database, PEPPER, now=lambda: clock[0])
    answered = StoredQuestion("how?", "answer", "battery", (), 0.9, "000001", "slack", "internal", "chat", "U1", "battery")
    log.store_feedback(log.store(answered), helpful=True)
    log.store_feedback(log.store(answered), helpful=False, step="1", entry_id="battery")
    log.store(replace(answered, outcome="no_answer", entry_id="", channel="", front_end="faq", audience="public"))
    clock[0] -= timedelta(days=61)
    for _ in range(2):
        log.store(replace(answered, entry_id="gone-since", nearest="gone-since"))
    with open_desk(database, tmp_path) as desk:
        yield desk


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_each_figure_stands_beside_what_it_counts(desk: Desk) -> None:
    """Value, part and whole, and for what people said the range of the true share."""
    text = _text(desk.get("/figures?span=4-weeks"))
    told = {name: one.counts for name, one in DEFINITIONS.items()}
    assert f"Questions 3 {told['questions']}" in text
    assert f"Answered 67% 2 of 3 {told['answered']}" in text
    assert f"Helpful 50% 1 of 2; with 95% confidence the true share lies between 9% and 91% {told['helped']}" in text
    assert f"Chosen – nothing to say yet {told['picked']}" in text
    assert f"Gaps opened 0 {told['gaps_opened']}" in text
    for name in ("silent", "used", "trouble", "missed", "compliance", "completion", "gaps_closed", "gaps_open", "days_to_close"):
        assert told[name] in text


def test_tables_cut_them_by_time_channel_audience_front_end_and_entry(desk: Desk) -> None:
    """Names as people know them; an entry that is gone goes by its id; a public one leads to its page."""
    html = desk.get("/figures")
    rows = [_text(row) for row in re.findall(r"<tr>(.*?)</tr>", html)]
    assert f"{CHANNELS['chat']} 4 100% 0% 0% 50% 50%" in rows
    assert "not said 1 0% 0% 100% – –" in rows
    assert "customers 1 0% 0% 100% – –" in rows
    assert "FAQ pages 1 0% 0% 100% – –" in rows
    assert "Change a battery 2 1 2 1 1 0 1" in rows
    assert "gone-since 2 0 0 0 0 0 0" in rows
    assert "<svg" in html


def test_the_period_is_chosen_by_links(desk: Desk) -> None:
    """Spans, and the same span earlier and later; what an address cannot mean is the usual period."""
    html = desk.get("/figures?span=4-weeks")
    assert re.findall(r'<a href="([^"]+)" aria-current="page">Four weeks', html) == ["/figures?span=4-weeks"]
    assert 'rel="next"' not in html
    (earlier,) = re.findall(r'rel="prev" href="([^"]+)"', html)
    before = desk.get(unescape(earlier))
    assert "Nothing was asked in that time." in before
    assert re.findall(r'rel="next" href="([^"]+)"', before) == ["/figures?span=4-weeks"]
    assert "<strong>2 questions</strong>" in desk.get(unescape(re.findall(r'rel="prev" href="([^"]+)"', before)[0]))
    for strange in ("span=x", "until=yesterday", "until=0001-01-02", "until=2999-01-01"):
        assert "<strong>5 questions</strong>" in desk.get(f"/figures?{strange}")


def test_csv_holds_the_same(desk: Desk) -> None:
    """For the same period, as a file."""
    (address,) = re.findall(r'href="(/figures\.csv[^"]+)"', desk.get("/figures?span=4-weeks"))
    answer = desk.serving.client.get(unescape(address))
    assert (answer.headers["content-type"], "attachment" in answer.headers["content-disposition"]) == ("text/csv; charset=utf-8", True)
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert [row["part"] for row in rows if (row["of"], row["figure"]) == ("period", "questions")] == ["3"]
    assert [row["share"] for row in rows if (row["name"], row["figure"]) == ("chat", "helped")] == ["0.5000"]


@pytest.mark.parametrize("path", ["/figures", "/figures.csv", "/coverage", "/coverage/entries"])
def test_only_admins_are_let_in(desk: Desk, path: str) -> None:
    """Neither to the pages nor to the file; and the header leads them only there where they may go."""
    desk.serving.client.headers["X-User"] = "bob@example.org"
    refused = desk.serving.client.get(path)
    assert (refused.status_code, "battery" in refused.text) == (403, False)
    assert f'href="{path}"' not in desk.get("/ask")


def test_without_an_index_figures_are_shown_still(desk: Desk) -> None:
    """Entries by their ids."""
    desk.held.index = None
    assert '<th scope="row">battery</th>' in desk.get("/figures")


@pytest.mark.parametrize("path", ["/review", "/figures", "/coverage"])
def test_while_the_database_is_away_the_page_says_so_in_its_own_words(desk: Desk, path: str) -> None:
    """Nobody asked anything there, so nothing is said about a question that was not stored; the next try succeeds."""
    file = desk.serving.database_path
    desk.database.close()
    aside = {name: file.with_name(file.name + name) for name in ("", "-wal", "-shm") if file.with_name(file.name + name).exists()}
    for name, part in aside.items():
        part.rename(file.with_name(f"aside{name}"))
    file.mkdir()
    answer = desk.serving.client.get(path, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert ("The database does not answer at the moment, so this page cannot be shown" in answer.text, "could not be stored" in answer.text) == (True, False)
    file.rmdir()
    for name, part in aside.items():
        file.with_name(f"aside{name}").rename(part)
    assert desk.serving.client.get("/figures").status_code == 200
