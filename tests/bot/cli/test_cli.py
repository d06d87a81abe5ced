"""The `sopbot` command as people run it: in a process of its own, in a folder of its own."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import BaseModel, SecretStr

from tests import started

ROOT = Path(__file__).parent.parent.parent.parent
COMMAND = Path(sys.executable).parent / "sopbot"
Run = Callable[..., subprocess.CompletedProcess[str]]
SOP = "# Handle a lost key\n\n## Steps\n\n1. Look **within 2 hours** in the drawer.\n   1. If it is there, return it.\n\n## Replies\n\n### Live chat\n\n> We found it, {{name}}.\n"


@pytest.fixture
def environment(tmp_path: Path, starter_data: Path) -> dict[str, str]:
    """Settings for an empty data folder that need not export the model again."""
    (tmp_path / "data" / "cache").mkdir(parents=True)
    (tmp_path / "data" / "cache" / "encoders").symlink_to(starter_data / "cache" / "encoders")
    (tmp_path / "knowledge" / "sops").mkdir(parents=True)
    (tmp_path / "knowledge" / "sops" / "lost-key.md").write_text(SOP)
    return started.environment(tmp_path)


@pytest.fixture
def run(tmp_path: Path, environment: dict[str, str]) -> Run:
    """Runs the command in its folder."""

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([COMMAND, *arguments], cwd=tmp_path, env=environment | more, capture_output=True, text=True, timeout=120, check=False)

    return run


def test_asking_ends_as_it_says_though_nobody_reads_the_answer(run: Run, tmp_path: Path, environment: dict[str, str]) -> None:
    """With its output closed as with it open: 0 with an answer, 1 without; and the question is stored, in one file."""
    run("index", "build")
    for question, status in (("how do I handle a lost key", 0), ("zzqx gribble frobnicate", 1)):
        closed = f"exec '{COMMAND}' ask '{question}' >&-"
        assert subprocess.run(["sh", "-c", closed], cwd=tmp_path, env=environment, timeout=120, check=False).returncode == status
    assert [path.name for path in (tmp_path / "data").glob("sopbot.db*")] == ["sopbot.db"]
    with closing(sqlite3.connect(tmp_path / "data" / "sopbot.db")) as database:
        assert database.execute("SELECT count(*) FROM questions").fetchone() == (2,)


def test_from_documents_to_an_answer(run: Run) -> None:
    """Build, ask, build again, look, go back: what each says and how it ends."""
    built = run("index", "build")
    assert (built.returncode, "1 document, 1 entry (0 public)" in built.stdout) == (0, True), built.stderr
    answer = run("ask", "--channel", "live chat", "how do I handle a lost key")
    assert answer.returncode == 0
    for piece in (
        "Handle a lost key",
        "1. Look within 2 hours in the drawer.",
        "1.1 If it is there, return it.",
        "We found it, {{name}}.",
        "sops/lost-key.md, lines 3–",
    ):
        assert piece in answer.stdout
    assert "\x1b" not in answer.stdout
    assert max(len(line) for line in answer.stdout.splitlines()) <= 80
    assert "Nothing has changed" in run("index", "build").stdout
    assert "* 000001" in run("index", "status").stdout
    nowhere = run("index", "rollback")
    assert (nowhere.returncode, nowhere.stderr.strip()) == (2, "sopbot: There is no older index to go back to.")


def test_json_is_the_documented_document(run: Run) -> None:
    """`--json` prints what the HTTP interface gives, steps and replies word for word."""
    run("index", "build")
    found = json.loads(run("ask", "--json", "how do I handle a lost key").stdout)
    assert found["outcome"] == "answer"
    assert [(step["number"], step["text"], step["deadline"]) for step in found["answer"]["steps"]] == [
        ("1", "Look **within 2 hours** in the drawer.", "within 2 hours"),
        ("1.1", "If it is there, return it.", None),
    ]
    assert found["answer"]["replies"][0]["placeholders"] == ["name"]
    assert found["answer"]["citation"]["path"] == "sops/lost-key.md"


def test_the_public_sees_no_procedure_and_status_says_so(run: Run) -> None:
    """Asked as the public there is no answer, and the command ends with 1."""
    run("index", "build")
    asked = run("ask", "--audience", "public", "how do I handle a lost key")
    assert (asked.returncode, "lost key" in asked.stdout.lower()) == (1, False)


def test_mistakes_are_told_with_their_place(run: Run, tmp_path: Path) -> None:
    """Errors in documents end a build with 1 and name file, line and remedy; lint says the same."""
    (tmp_path / "knowledge" / "sops" / "bad.md").write_text("---\nreview_by: tomorrow\n---\n# Bad\n")
    for command in (("index", "build", "--json"), ("lint",)):
        done = run(*command)
        if "--json" in command:
            assert [reason.split(" ")[0] for reason in json.loads(done.stdout)["stopped"]["reasons"]] == ["sops/bad.md:1:", "sops/bad.md:2:"]
        assert done.returncode == 1
        assert "sops/bad.md:2: " in done.stdout + done.stderr
        assert "2027-04-05" in done.stdout + done.stderr


def test_a_worse_index_is_refused_and_may_be_forced(run: Run, tmp_path: Path) -> None:
    """The golden question and the way out are told; forced, `diff` shows what was overridden; the data folder is backed up and restored."""
    (tmp_path / "knowledge" / "golden.jsonl").write_text('{"question": "how do I handle a lost key", "expect": ["lost-key"]}\n')
    (tmp_path / "knowledge" / "sops" / "bike.md").write_text(SOP.replace("key", "bike"))
    run("index", "build")
    (tmp_path / "knowledge" / "sops" / "lost-key.md").unlink()
    refused = run("index", "build", "--json")
    assert refused.returncode == 1
    stopped = json.loads(refused.stdout)["stopped"]
    assert (stopped["why"], stopped["reasons"]) == ("worse", refused.stderr.splitlines()[-2:-1])
    assert "The golden question \"how do I handle a lost key\" showed 'lost-key'" in refused.stderr
    assert "--allow-worse" in refused.stderr
    assert run("ask", "how do I handle a lost key").returncode == 0
    forced = run("index", "build", "--force", "--json")
    assert [entry["id"] for entry in json.loads(forced.stdout)["changes"]["removed"]] == ["lost-key"]
    shown = run("index", "diff").stdout
    assert "Entries since index 000001: 1 removed" in shown
    assert "- Handle a lost key  sops/lost-key.md (lost-key)" in shown
    assert "Overridden: The golden question" in shown
    assert "1 added" in run("index", "diff", "000002", "000001").stdout
    assert "index 000002 served" in run("backup", "b.zip").stdout
    assert "holds generations" in run("restore", "b.zip").stderr
    kept = re.search(r"kept in (data/replaced-\S+);", run("restore", "--force", "b.zip").stdout)
    assert kept is not None
    assert (tmp_path / kept[1]).is_dir()
    assert run("restore", "b.zip", SOPBOT_DATA_DIR="other").returncode == 0
    status = run("index", "status", SOPBOT_DATA_DIR="other").stdout
    assert "* 000002" in status
    assert "Golden questions: 0 of 1 come out" in status


@pytest.mark.parametrize(
    ("arguments", "settings", "says"),
    [
        (("ask", "anything"), {}, "Make one with: sopbot index build"),
        (("ask", "   "), {}, "The question is empty"),
        (("ask", "--channel", "pigeon", "x"), {}, "Channels are: Email"),
        (("index", "status"), {"SOPBOT_PORT": "eighty"}, "SOPBOT_PORT"),
        (("index", "status"), {"SOPBOT_CORS_ORIGINS": "https://shop.example"}, "SOPBOT_CORS_ORIGINS cannot be read. As a variable, a list is written as JSON"),
        (("index", "status"), {"SOPBOT_RATE_LIMIT": "lots"}, 'does not fit: write it like "300/minute"'),
        (("index", "status"), {"SOPBOT_PROT": "8080"}, "There is no setting SOPBOT_PROT. Did you mean SOPBOT_PORT?"),
        (("lint", "knowledge/sops/lost-kee.md"), {}, "There is no 'knowledge/sops/lost-kee.md'"),
        (("keys", "create", "--scope", "public", "--expires", "2020-01-01"), {}, "1 January 2020 is over"),
        (("index", "status"), {"SOPBOT_ANSWER_THRESHOLD": "0.1"}, "SOPBOT_SUGGEST_THRESHOLD"),
        (("index", "status"), {"SOPBOT_WEBHOOK_SECRET": "short"}, "at least 16 characters"),
        (("index", "build"), {"SOPBOT_KNOWLEDGE_DIR": "nowhere"}, "no such folder"),
        (("index", "build"), {"SOPBOT_MODEL": "./nowhere"}, "cannot be loaded"),
        (("keys", "revoke", "nobody"), {}, "sopbot keys list"),
        (("serve",), {"SOPBOT_HOST": "192.0.2.1"}, "Name an address of this machine"),
    ],
)
def test_wrong_use_is_one_sentence_that_says_what_to_do(run: Run, arguments: tuple[str, ...], settings: dict[str, str], says: str) -> None:
    """No traceback, a status that is not 0, and the remedy."""
    done = run(*arguments, **settings)
    assert done.returncode in (1, 2)
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_serving_answers_over_http_and_says_when_the_port_is_taken(run: Run, environment: dict[str, str], tmp_path: Path) -> None:
    """`serve` prints its pages, and the link to one of them opens it; it answers with the key that `keys create` made; a second one is told about the port."""
    run("index", "build")
    key = run("keys", "create", "--scope", "internal").stdout.strip()
    host = "127.0.0.2" if sys.platform == "linux" else "127.0.0.1"  # another one than is set, where the machine has several
    with socket.create_server((host, 0)) as free:
        port = free.getsockname()[1]
    with subprocess.Popen(
        [COMMAND, "serve", "--host", host, "--port", str(port)], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            assert server.stdout
            assert f"http://{host}:{port}" in server.stdout.readline()
            link = next(word for word in server.stdout.readline().split() if word.startswith("http"))
            body = json.dumps({"question": "how do I handle a lost key"}).encode()
            request = urllib.request.Request(f"http://{host}:{port}/v1/ask", body, {"Content-Type": "application/json", "Authorization": f"Bearer {key}"})
            answer = json.loads(_open_when_up(request))
            assert answer["answer"]["entry_id"] == "lost-key"
            assert b"Ask" in _open_when_up(urllib.request.Request(link))  # noqa: S310 - our own address
            second = run("serve", SOPBOT_HOST=host, SOPBOT_PORT=str(port))
            assert (second.returncode, f"Port {port} on {host}" in second.stderr) == (2, True)
        finally:
            server.terminate()


def _open_when_up(request: urllib.request.Request) -> bytes:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor()).open(request, timeout=10) as answer:
                return bytes(answer.read())
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def test_link_prints_a_link_that_opens_the_ask_page(run: Run, tmp_path: Path) -> None:
    """Its token is good for one session of the scope that was asked for; other ways of signing in are told instead."""
    from bot.database import Database
    from bot.sessions import SessionStore

    printed = [run("link"), run("link", "--admin", "--port", "8123"), run("link", SOPBOT_PUBLIC_URL="https://help.example/")]
    addresses = ["http://127.0.0.1:8000", "http://127.0.0.1:8123", "https://help.example"]
    assert [done.stdout.partition("/ask?token=")[0] for done in printed] == addresses
    database = Database(tmp_path / "data" / "sopbot.db")
    store = SessionStore(database)
    people = [store.find(store.redeem(done.stdout.strip().partition("token=")[2]) or "") for done in printed]
    database.close()
    assert [person.scope if person else None for person in people] == ["internal", "admin", "internal"]
    other = run("link", SOPBOT_SIGN_IN="proxy")
    assert (other.returncode, "SOPBOT_SIGN_IN is 'proxy'" in other.stderr, other.stdout) == (2, True, "")


def test_every_setting_is_documented() -> None:
    """The settings table in the operations guide names each variable with the default that it has."""
    from bot.settings import Settings

    guide = (ROOT / "docs" / "operations.md").read_text()
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, BaseModel):  # a table of its own in the file
            for key, inner in type(field.default).model_fields.items():
                assert f"| `{key}` | `{inner.default}` |" in guide, f"{name}.{key}"
            continue
        variable = str(field.validation_alias) if field.validation_alias else f"SOPBOT_{name.upper()}"
        default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
        default = json.dumps(default) if isinstance(default, (list, bool)) else str(default)
        assert f"| `{variable}` | {f'`{default}`' if default else ''} |".replace("|  |", "| |") in guide, variable


def test_asking_loads_nothing_that_only_others_need(tmp_path: Path) -> None:
    """Whoever asks one question does not wait for what checks documents, builds, serves or changes the database."""
    others = ("markdown_it", "ruamel.yaml", "index.lint.rules", "index.trial", "scipy", "faiss", "alembic", "limits", "fastapi", "bot.slack")
    code = "import sys, bot.settings, bot.cli.ask, bot.cli.wiring, bot.terminal; bot.settings.read_settings(); print(*sys.modules, sep='\\n')"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60, check=True)
    assert "bot.ask" in loaded.stdout.split()
    assert {*others} & {*loaded.stdout.split()} == set()
