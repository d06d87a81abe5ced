"""A Git host tells of a push, and the documents are read anew."""

from __future__ import annotations

import hashlib
import hmac
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bot.database import Database
from bot.query_log import QueryLog
from bot.rebuild import pull_command
from bot.settings import Settings
from tests.bot.api.conftest import Serving, serve
from tests.bot.test_rebuild import Builds
from tests.fakes import knowledge_index

PATH = "/v1/index/webhook"
SECRET = "correct horse battery staple"
BODY = b'{"ref": "refs/heads/main", "commits": []}'


def signature(body: bytes, secret: str = SECRET) -> str:
    """As GitHub writes it."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@pytest.fixture
def builds(tmp_path: Path) -> Iterator[Builds]:
    """A build command, and a folder under Git whose origin is a commit ahead, which is fetched first."""
    origin, knowledge = tmp_path / "origin", tmp_path / "knowledge"
    _git(tmp_path, "init", "-q", str(origin))
    _commit(origin, "old")
    _git(tmp_path, "clone", "-q", str(origin), str(knowledge))
    _commit(origin, "new")
    builds = Builds(tmp_path, pull=pull_command(knowledge))
    yield builds
    builds.rebuilder.stop()


@pytest.fixture
def listening(builds: Builds, database: Database, log: QueryLog, tmp_path: Path) -> Iterator[Serving]:
    """A server that knows the secret and fetches."""
    settings = Settings(data_dir=tmp_path, webhook_secret=SECRET, webhook_pull=True)
    with serve(knowledge_index(), database, log, settings, builds.rebuilder) as serving:
        yield serving


@pytest.mark.parametrize(
    "headers",
    [
        {"X-GitHub-Event": "push", "X-Hub-Signature-256": signature(BODY)},
        {"X-Gitlab-Event": "Push Hook", "X-Gitlab-Token": SECRET},
    ],
)
def test_a_push_fetches_the_documents_and_builds(listening: Serving, builds: Builds, tmp_path: Path, headers: Mapping[str, str]) -> None:
    """202 at once, from GitHub and from GitLab; the newer documents are there before the build begins."""
    response = listening.client.post(PATH, content=BODY, headers=headers)
    assert (response.status_code, response.json()["state"]) == (202, "building")
    builds.wait(lambda: len(builds.told) == 1)
    assert (builds.told[0].state, (tmp_path / "knowledge" / "new").exists()) == ("idle", True)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Hub-Signature-256": signature(BODY, "another secret")},
        {"X-Hub-Signature-256": signature(BODY + b" ")},
        {"X-Hub-Signature-256": signature(BODY).removeprefix("sha256=")},
        {"X-Hub-Signature-256": ""},
        {"X-Gitlab-Token": SECRET[:-1]},
        {"X-Gitlab-Token": ""},
        {"X-Hub-Signature-256": "sha256=0", "X-Gitlab-Token": SECRET},
    ],
)
def test_whoever_does_not_know_the_secret_builds_nothing(listening: Serving, builds: Builds, headers: Mapping[str, str]) -> None:
    """401, whatever is wrong about the signature."""
    assert listening.client.post(PATH, content=BODY, headers={"X-GitHub-Event": "push", **headers}).status_code == 401
    assert builds.rebuilder.state.state == "idle"


@pytest.mark.parametrize("event", [{"X-GitHub-Event": "ping"}, {"X-GitHub-Event": "issue_comment"}, {"X-Gitlab-Event": "Tag Push Hook"}])
def test_other_events_change_nothing(listening: Serving, event: Mapping[str, str]) -> None:
    """They are taken, since the host would call the webhook broken otherwise."""
    response = listening.client.post(PATH, content=BODY, headers={"X-Hub-Signature-256": signature(BODY), **event})
    assert (response.status_code, response.json()["state"]) == (202, "idle")


def test_documents_that_cannot_be_fetched_are_not_built(listening: Serving, builds: Builds, tmp_path: Path) -> None:
    """A change of one's own that does not fit stays as it is, and GET says what Git says."""
    _commit(tmp_path / "knowledge", "own")
    listening.client.post(PATH, content=BODY, headers={"X-Hub-Signature-256": signature(BODY)})
    builds.wait(lambda: len(builds.told) == 1)
    told = listening.client.get("/v1/index/rebuild", headers=listening.key("admin")).json()
    assert (told["state"], "Git says" in told["reason"], builds.begun()) == ("failed", True, 0)
    assert (tmp_path / "knowledge" / "own").exists()


def test_a_push_of_many_commits_is_taken(listening: Serving) -> None:
    """Hosts tell of each; beyond 1 MB it is refused."""
    for size, status in ((900_000, 202), (1_200_000, 413)):
        body = b'"' + b"x" * size + b'"'
        assert listening.client.post(PATH, content=body, headers={"X-Hub-Signature-256": signature(body), "X-GitHub-Event": "ping"}).status_code == status


def test_without_a_secret_there_is_no_webhook(serving: Serving) -> None:
    """An empty secret is none: 404, also when the signature was made with it."""
    response = serving.client.post(PATH, content=BODY, headers={"X-Hub-Signature-256": signature(BODY, ""), "X-Gitlab-Token": ""})
    assert (response.status_code, "SOPBOT_WEBHOOK_SECRET" in response.json()["detail"]) == (404, True)


def _commit(folder: Path, name: str) -> None:
    (folder / name).touch()
    _git(folder, "add", name)
    _git(folder, "-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "-q", "-m", name)


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True)
