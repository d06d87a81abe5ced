from __future__ import annotations

import re

import pytest

from tests.bot.api.conftest import Serving

QUESTION = "When will I get my refund?"


def figures(serving: Serving) -> dict[str, float]:
    """Each figure by its name and labels."""
    text = serving.client.get("/metrics", headers=serving.key("internal")).text
    return {match[1]: float(match[2]) for match in re.finditer(r"^(sopbot_\S+(?:\{[^}]*\})?) (\S+)$", text, re.MULTILINE)}


def test_questions_and_requests_are_counted(serving: Serving) -> None:
    """By front end, audience and outcome; by route and status."""
    serving.client.post("/v1/ask", json={"question": QUESTION, "client": "widget"})
    serving.client.post("/v1/ask", json={"question": "zebra xylophone"})
    serving.client.get("/v1/entries/nothing")
    found = figures(serving)
    assert found['sopbot_questions_total{audience="public",front_end="widget",outcome="answer"}'] == 1
    assert found['sopbot_questions_total{audience="public",front_end="http",outcome="no_answer"}'] == 1
    assert found['sopbot_http_requests_total{method="POST",route="/v1/ask",status="200"}'] == 2
    assert found['sopbot_http_requests_total{method="GET",route="/v1/entries/{entry_id:path}",status="404"}'] == 1
    assert (found["sopbot_answer_seconds_count"], found["sopbot_gaps_open"]) == (2, 0)
    assert found['sopbot_entries{audience="public"}'] == len(serving.index.get().entries("public"))


def test_no_word_of_a_question_or_of_an_address_is_told(serving: Serving) -> None:
    """Neither question, nor entry, nor a made-up address or strange method becomes part of a figure."""
    serving.client.post("/v1/ask", json={"question": "xylophone refund"})
    serving.client.get("/xylophone/refund")
    serving.client.request("PROPFIND", "/v1/ask")
    text = serving.client.get("/metrics", headers=serving.key("admin")).text
    assert not {"xylophone", "propfind"} & {*re.findall(r"\w+", text.lower())}
    assert 'method="other"' in text
    assert 'route="other"' in text


@pytest.mark.parametrize("scope", [None, "public"])
def test_whoever_is_outside_learns_no_figure(serving: Serving, scope: str | None) -> None:
    """They would tell how much is asked and answered inside."""
    response = serving.client.get("/metrics", headers=serving.key("public") if scope else {})
    assert (response.status_code, "sopbot_" in response.text) == (403, False)
