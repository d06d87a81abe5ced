"""How quickly the pages for leads come with a million stored questions: `python scripts/measure_pages.py [--questions 1000000]`.

Fills an empty database with made-up questions of a year (as `measure_store.py` does), puts those without a good answer into
gaps, starts `sopbot serve` on them with the index in `data`, and fetches each page over HTTP as a browser does. It also asks
questions over HTTP, with the empty database and with the full one. Prints a table for docs/figures.md.

With `--database postgresql://…` (an empty database) the same on PostgreSQL.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from measure_store import fill, report
from sqlalchemy import Connection, insert, select

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from bot.database import Database  # noqa: E402 - found through the line above
from bot.gaps.space import packed, wording_of  # noqa: E402
from bot.gaps.tables import gap_events, gap_progress, gap_questions, gap_rechecks, gap_signals, gaps  # noqa: E402
from bot.gaps.weight import NOTHING, added, worth  # noqa: E402
from bot.sessions import SessionStore  # noqa: E402
from bot.tables import choices, feedback, questions  # noqa: E402
from index.search import Index, open_index  # noqa: E402
from tests.e2e.serving import COMMAND, copy_index, serving  # noqa: E402

GAPS = 4_000
MOST = 0.05
"""Share of the questions that lie in one gap."""
BATCH = 10_000
TIMES = 9
ASKED = 60
REACHED = ("unanswered", "not_chosen", "complaints", "choices", "proposals")
STATUSES = ("open", "open", "open", "open", "open", "open", "closed", "closed", "snoozed", "not_ours", "dismissed")
FACETS = {"channels": "channel", "audiences": "audience", "front_ends": "front_end"}


@dataclass(slots=True)
class Filled:
    """What is known of a gap while it is filled."""

    title: str = ""
    weight: float = NOTHING
    questions: int = 0
    first: datetime | None = None
    last: datetime | None = None
    people: set[str] = field(default_factory=set)
    facets: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in ("signals", *FACETS)})

    def take(self, row: dict[str, Any], kind: str) -> None:
        """One question more, the oldest first."""
        self.title = self.title or row["text"]
        self.first, self.last = self.first or row["asked_at"], row["asked_at"]
        self.weight = added(self.weight, row["asked_at"], worth(row["asker"], row["asker"] in self.people))
        self.questions += 1
        self.people.add(row["asker"])
        for name, column in FACETS.items():
            self.facets[name][row[column]] += 1
        self.facets["signals"][kind] += 1


def main() -> None:
    """Fill, serve, measure, print."""
    parser = argparse.ArgumentParser(description="Time the pages for leads with many stored questions.")
    parser.add_argument("--questions", type=int, default=1_000_000, help="how many (default: 1,000,000)")
    parser.add_argument("--database", default="", help="address of an empty PostgreSQL database; a SQLite file of its own if left out")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="folder with an index (default: data)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_index(given.data, folder)
        database = Database(given.database or folder / "sopbot.db", busy_seconds=600.0)
        database.migrate()
        settings = {"SOPBOT_RATE_LIMIT": "", "SOPBOT_KNOWLEDGE_DIR": str(ROOT / "knowledge"), "SOPBOT_KEEP_QUESTIONS_DAYS": "0"}
        settings |= {"SOPBOT_DATABASE_URL": given.database} if given.database else {}
        with serving(folder, COMMAND, **settings) as address, httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
            ask(client, "Asking over HTTP, with an empty database")
        fill(database, given.questions)
        biggest, usual = put_into_gaps(database, open_index(folder))
        token = SessionStore(database).create_link("admin")
        database.forget_deleted()  # what filling left to be written into the file is no part of what is measured
        database.close()
        with serving(folder, COMMAND, **settings) as address, httpx.Client(base_url=address, trust_env=False, timeout=60, follow_redirects=True) as client:
            client.get("/review", params={"token": token}).raise_for_status()
            ask(client, f"Asking over HTTP, with {given.questions:,} stored")
            for what, path in pages(biggest, usual):
                fetch(client, what, path)


def pages(biggest: int, usual: int) -> Iterator[tuple[str, str]]:
    """What is fetched."""
    yield "The list of gaps", "/review"
    yield "Its twentieth page", "/review?page=20"
    yield "Closed gaps", "/review?status=closed"
    yield "A search for two words in the gaps", "/review?q=order+question"
    yield "The gap with most questions", f"/review/{biggest}"
    yield "A gap of usual size", f"/review/{usual}"
    for span in ("4-weeks", "12-weeks", "12-months", "5-years"):
        yield f"Figures of {span.replace('-', ' ')}", f"/figures?span={span}"
    yield "Figures of 12 months as CSV", "/figures.csv?span=12-months"
    yield "Coverage, 90 days", "/coverage"
    yield "Coverage, a year", "/coverage?days=365"
    yield "The entries of a touchpoint", "/coverage/entries?touchpoint=refunds"


def fetch(client: httpx.Client, what: str, path: str) -> None:
    """One page, several times."""
    report(what, [_seconds(client.build_request("GET", path), client) for _ in range(TIMES)])


def ask(client: httpx.Client, what: str) -> None:
    """Questions, each stored before it is answered."""
    for number in range(5):
        client.post("/v1/ask", json={"question": f"warming up {number}"})
    report(what, [_seconds(client.build_request("POST", "/v1/ask", json={"question": f"where is my refund for order {n}"}), client) for n in range(ASKED)])


def _seconds(request: httpx.Request, client: httpx.Client) -> float:
    started = time.perf_counter()
    client.send(request).raise_for_status()
    return time.perf_counter() - started


def put_into_gaps(database: Database, index: Index) -> tuple[int, int]:
    """Every question without a good answer into one of the gaps, a few of which get most; nothing is left for the server to take in.

    Returns:
        The gap with most questions, and one in the middle.
    """
    draw, noise, started = random.Random(11), np.random.default_rng(11), time.perf_counter()  # noqa: S311
    filled = [Filled() for _ in range(GAPS)]
    dim, encoder = index.vectors(["how wide"]).shape[1], index.encoder
    empty = {"assignee": "", "entry_id": "", "title": "", "last_asked_at": datetime.now(UTC), "opened_at": datetime.now(UTC), "questions": 0, "people": 0}
    with database.write() as connection:
        rows = [empty | {"status": "open", "firm": True, "weight": NOTHING, "facets": {}, "total": bytes(4 * dim), "size": 1, "encoder": encoder}]
        connection.execute(insert(gaps), [one | {"id": number} for number in range(1, GAPS + 1) for one in rows])
    count = 0
    for batch in lacking(database):
        held, told = [], []
        for row, kind in batch:
            number = 0 if draw.random() < MOST else min(int(draw.expovariate(1 / (GAPS / 8))), GAPS - 1)
            filled[number].take(row, kind)
            kept = {name: row[name] for name in ("asked_at", "asker", "audience", "channel", "front_end")}
            vector = packed(noise.standard_normal((1, dim)).astype(np.float32)[0])
            mine = {"question_id": row["id"], "gap_id": number + 1, "wording": wording_of(row["text"]), "vector": vector, "encoder": encoder}
            held.append(kept | mine | {"blamed_entry": "", "blamed_text": "", "answered_by": "", "confidence": 0.2, "passes": False})
            told.append({"question_id": row["id"], "kind": kind, "happened_at": row["asked_at"], "detail": ""})
        with database.write() as connection:
            connection.execute(insert(gap_questions), held)
            connection.execute(insert(gap_signals), told)
        count += len(held)
    with database.write() as connection:
        _describe(connection, filled, draw)
        _nothing_left(connection, index.generation)
    sizes = sorted((one.questions, number) for number, one in enumerate(filled, 1) if one.questions)
    print(f"{count:,} questions in {len(sizes):,} gaps, {sizes[-1][0]:,} in the largest, in {time.perf_counter() - started:.0f} s")
    return sizes[-1][1], sizes[len(sizes) // 2][1]


def lacking(database: Database) -> Iterator[list[tuple[dict[str, Any], str]]]:
    """Questions without a good answer, oldest first, some at a time, with why."""
    with database.read() as connection:
        chosen = set(connection.execute(select(choices.c.question_id)).scalars())
        unhelpful = set(connection.execute(select(feedback.c.question_id).where(feedback.c.helpful.is_(False))).scalars())
        rows = connection.execution_options(yield_per=BATCH).execute(select(questions).order_by(questions.c.asked_at)).mappings()
        for part in rows.partitions():
            found = [(dict(row), _why(row["outcome"], row["id"] in chosen, row["id"] in unhelpful)) for row in part]
            yield [(row, kind) for row, kind in found if kind]


def _why(outcome: str, chosen: bool, unhelpful: bool) -> str:
    if outcome == "no_answer":
        return "no_answer"
    if outcome == "suggestions" and not chosen:
        return "not_chosen"
    return "not_helpful" if unhelpful else ""


def _describe(connection: Connection, filled: list[Filled], draw: random.Random) -> None:
    """What each gap comes to, and a little history."""
    now, events = datetime.now(UTC), []
    for number, one in enumerate(filled, 1):
        if not one.questions:
            continue
        status = draw.choice(STATUSES)
        values = {"title": one.title, "status": status, "weight": one.weight, "questions": one.questions, "people": len(one.people)}
        values |= {"opened_at": one.first, "last_asked_at": one.last, "closed_at": now if status == "closed" else None}
        values |= {"snoozed_until": now + timedelta(days=30) if status == "snoozed" else None, "facets": {name: dict(of) for name, of in one.facets.items()}}
        connection.execute(gaps.update().where(gaps.c.id == number).values(**values))
        told = (("opened", ""), ("assigned", "Dana"), ("snoozed", f"{now:%Y-%m-%d}"))
        events += [{"gap_id": number, "happened_at": one.first, "who": "", "action": action, "detail": detail} for action, detail in told]
    connection.execute(insert(gap_events), events)


def _nothing_left(connection: Connection, generation: str) -> None:
    """All is taken in, and this generation has been asked."""
    now = datetime.now(UTC)
    connection.execute(gap_progress.delete())
    connection.execute(insert(gap_progress), [{"name": name, "reached": now, "count": 0, "holder": "", "held_until": None} for name in REACHED])
    connection.execute(insert(gap_rechecks), {"generation": generation, "finished_at": now, "asked": 0, "closed": 0, "reopened": 0})


if __name__ == "__main__":
    main()
