from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.database import Database
from bot.tables import questions
from tests.bot.api.conftest import Serving


def test_results_are_ranked_and_name_their_generation(serving: Serving, database: Database) -> None:
    """Best first, with id, title, page and probability only; nothing is stored."""
    document = serving.client.get("/v1/search", params={"q": "When will I get my refund?", "limit": 4}).json()
    confidences = [result["confidence"] for result in document["results"]]
    assert [list(result) for result in document["results"]] == [["entry_id", "title", "url", "confidence"]] * 4
    assert (confidences == sorted(confidences, reverse=True), document["generation"]) == (True, "000001")
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(questions)).scalar_one() == 0


def test_the_team_finds_procedures_too(serving: Serving) -> None:
    """An internal key finds what the public does not."""
    found = [
        [result["entry_id"] for result in serving.client.get("/v1/search", params={"q": "Handle a refund complaint"}, headers=headers).json()["results"]]
        for headers in ({}, serving.key("internal"))
    ]
    assert "handle-refund-complaint" not in found[0]
    assert found[1][0] == "handle-refund-complaint"


@pytest.mark.parametrize(("query", "field"), [("", "q"), ("?q=x&limit=0", "limit"), ("?q=x&limit=51", "limit"), ("?q=x&limit=a", "limit")])
def test_a_query_that_does_not_fit_names_the_field(serving: Serving, query: str, field: str) -> None:
    """A missing text and a limit out of range are told."""
    response = serving.client.get(f"/v1/search{query}")
    assert (response.status_code, [error["field"] for error in response.json()["errors"]]) == (422, [field])


def test_a_blank_text_is_refused(serving: Serving) -> None:
    """Nothing to search for is told, not taken for everything."""
    assert serving.client.get("/v1/search?q=%20").status_code == 422


def test_no_index_is_503(serving: Serving) -> None:
    """Without a usable index there is no list, rather than an empty one."""
    serving.index.index = None
    assert serving.client.get("/v1/search?q=refund").status_code == 503
