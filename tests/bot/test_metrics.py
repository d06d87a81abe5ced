"""Figures while parts are away: the others are told all the same."""

from __future__ import annotations

import re

from bot.errors import LogUnavailable
from bot.metrics import Metrics
from tests.fakes import HeldIndex, knowledge_index


def no_database() -> int:
    """As when it is locked."""
    raise LogUnavailable("The database cannot be used.")


def figures(metrics: Metrics) -> dict[str, str]:
    """Each figure of sopbot's own by its name and labels."""
    return dict(re.findall(r"^(sopbot_\S+) (\S+)$", metrics.exposed().decode(), re.MULTILINE))


def test_without_an_index_and_a_database_there_are_figures() -> None:
    """Whoever is called at night needs them then: no age, no entries, no number of gaps, and which part is not well."""
    found = figures(Metrics(HeldIndex(None, "There is no index.").as_current(), no_database))
    assert found['sopbot_well{part="index"}'] == "0.0"
    assert (found["sopbot_generation_age_seconds"], found["sopbot_gaps_open"]) == ("NaN", "NaN")
    assert (found['sopbot_entries{audience="internal"}'], found['sopbot_entries{audience="public"}']) == ("0.0", "0.0")
    never_built = figures(Metrics(HeldIndex(None, "").as_current(), no_database))
    assert never_built['sopbot_well{part="index"}'] == "0.0"
    well = figures(Metrics(knowledge_index().as_current(), lambda: 3))
    assert (well['sopbot_well{part="index"}'], well["sopbot_gaps_open"], well["sopbot_generation_age_seconds"] != "NaN") == ("1.0", "3.0", True)
