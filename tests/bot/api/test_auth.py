from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.bot.api.conftest import Serving

INTERNAL_QUESTION = {"question": "Handle a refund complaint"}


def outcome(serving: Serving, headers: dict[str, str]) -> tuple[int, str]:
    """Status, and the id of the entry that answered an internal question; empty when none did."""
    response = serving.client.post("/v1/ask", json=INTERNAL_QUESTION, headers=headers)
    answer = response.json().get("answer")
    return response.status_code, answer["entry_id"] if answer else ""


@pytest.mark.parametrize(("scope", "entry_id"), [("public", ""), ("internal", "handle-refund-complaint"), ("admin", "handle-refund-complaint")])
@pytest.mark.parametrize("header", ["Authorization", "X-API-Key"])
def test_a_key_opens_its_scope_in_either_header(serving: Serving, scope: str, entry_id: str, header: str) -> None:
    """A public key sees what nobody sees without one; the others see procedures."""
    text = serving.keys.create(scope, "").key_text  # type: ignore[arg-type]
    assert outcome(serving, {header: f"Bearer {text}" if header == "Authorization" else text}) == (200, entry_id)


def test_no_internal_byte_reaches_a_caller_without_a_key(serving: Serving) -> None:
    """For every internal title: no id, title or path of an internal entry shows in answer, suggestions or search."""
    entries = serving.index.get().all_entries
    internal = [entry for entry in entries if entry.audience == "internal"]
    public_words = " ".join(f"{entry.title} {entry.body}" for entry in entries if entry.audience == "public")
    secrets = {text for entry in internal for text in (f'"{entry.id}"', f'"{entry.title}"', entry.path) if text.strip('"') not in public_words}
    assert len(internal) > 30
    for entry in internal:
        shown = (
            serving.client.post("/v1/ask", json={"question": entry.title, "limit": 10}).text
            + serving.client.get("/v1/search", params={"q": entry.title, "limit": 50}).text
        )
        assert [secret for secret in secrets if secret in shown] == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer sop_abcdefgh_0000"},
        {"Authorization": "Bearer"},
        {"Authorization": ""},
        {"Authorization": "Basic c29wOnNvcA=="},
        {"X-API-Key": ""},
        {"X-API-Key": "sop"},
        {"X-API-Key": "\xe9"},
    ],
)
@pytest.mark.parametrize("path", ["/v1/search?q=refund", "/v1/ask"])
def test_a_key_that_is_not_good_is_refused(serving: Serving, headers: dict[str, str], path: str) -> None:
    """Something that is sent as a key and is none gives 401, never the public answer."""
    encoded = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
    method = "POST" if path == "/v1/ask" else "GET"
    response = serving.client.request(method, path, json={"question": "refund"} if method == "POST" else None, headers=encoded)
    document = response.json()
    assert (response.status_code, response.headers["content-type"], document["title"]) == (401, "application/problem+json", "Unauthorized")
    assert response.headers["www-authenticate"] == 'Bearer realm="sopbot"'


def test_a_good_key_is_refused_in_another_scheme(serving: Serving) -> None:
    """Nobody guesses what a header of another form means."""
    text = serving.keys.create("internal", "").key_text
    assert [outcome(serving, {"Authorization": f"{scheme}{text}"}) for scheme in ("Basic ", "Token ", "")] == [(401, "")] * 3


def test_the_log_knows_who_asked_by_the_key(serving: Serving) -> None:
    """Two keys are two askers, the same key is one, and without a key nobody is told from anybody else."""
    first, second = serving.key("internal"), serving.key("internal")
    asked = [serving.client.post("/v1/ask", json=INTERNAL_QUESTION, headers=headers).json()["query_id"] for headers in (first, first, second, {})]
    stored = [serving.log.question(query_id) for query_id in asked]
    askers = [one.asker for one in stored if one]
    assert askers[0] == askers[1]
    assert len({*askers}) == 3
    assert askers[3] == ""


def test_an_expired_or_revoked_key_is_refused(serving: Serving) -> None:
    """A key that was good once does not fall back to public."""
    expired = serving.keys.create("internal", "", expires_on=datetime.now(UTC).date() - timedelta(days=1)).key_text
    revoked = serving.keys.create("internal", "")
    serving.keys.revoke(revoked.id)
    assert [outcome(serving, {"X-API-Key": text}) for text in (expired, revoked.key_text)] == [(401, ""), (401, "")]


def test_two_different_keys_are_refused(serving: Serving) -> None:
    """Nobody has to guess which one counts; the same key twice is one key."""
    first, second = serving.key("internal"), serving.key("public")
    text = first["Authorization"].removeprefix("Bearer ")
    assert outcome(serving, first | {"X-API-Key": second["Authorization"].removeprefix("Bearer ")}) == (401, "")
    assert outcome(serving, first | {"X-API-Key": text}) == (200, "handle-refund-complaint")


def test_a_refused_key_is_not_repeated(serving: Serving) -> None:
    """The refusal does not carry the key, which may be a good one with one letter mistyped."""
    text = serving.keys.create("admin", "").key_text[:-1] + "z"
    response = serving.client.get("/v1/search?q=refund", headers={"X-API-Key": text})
    assert (response.status_code, text[4:] in response.text) == (401, False)
