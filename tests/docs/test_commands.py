"""Commands in the documents and in the help are commands that sopbot has, and the cheap ones do what they say."""

from __future__ import annotations

import contextlib
import json
import re
import shlex
import shutil
import sys
from itertools import pairwise
from pathlib import Path

import click
import pytest

from bot.cli import main, sopbot
from bot.cli.extras import EXTRA_OF
from scripts.write_help import PAGE, contexts, page
from tests.docs.pages import PAGES, ROOT, Line, shell_lines, shown_in_terminal, sopbot_commands

_NUMBERS = {"GAP": "1", "N": "1"}
_OTHER_PROGRAMS = {"export", "git", "ssh", "python3", "cd"}
_COMMANDS = [line for document in PAGES for line in sopbot_commands(document)]


def test_the_page_of_commands_is_what_help_prints() -> None:
    """docs/commands.md has not drifted; `python scripts/write_help.py` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_command_shows_how_it_is_used() -> None:
    """Each command's help ends with examples of that command, and sopbot understands them."""
    for context in contexts(click.Context(sopbot, info_name="sopbot")):
        shown = [line.strip() for line in (context.command.epilog or "").splitlines() if line.strip().startswith("sopbot")]
        assert any(line.startswith(context.command_path) for line in shown), context.command_path
        assert [problem for line in shown if (problem := _misunderstood(re.split(r"\s{2,}|\s[>|]\s", line)[0]))] == []


def test_lists_of_commands_are_whole_at_eighty_columns() -> None:
    """What a command does fits beside its name; nothing ends in dots."""
    for context in contexts(click.Context(sopbot, info_name="sopbot")):
        shown = click.Context(context.command, info_name=context.command_path, terminal_width=80, max_content_width=80).get_help()
        assert [line for line in shown.splitlines() if line.endswith("...") and not line.startswith("Usage")] == []


def test_every_option_says_what_it_does() -> None:
    """No option is without a sentence, and none is shown in the words of a programming language."""
    silent, odd = [], []
    for context in contexts(click.Context(sopbot, info_name="sopbot")):
        for option in (parameter for parameter in context.command.params if isinstance(parameter, click.Option) and not parameter.hidden):
            silent += [] if option.help else [f"{context.command_path} {option.name}"]
            odd += [f"{context.command_path} {option.name}"] if re.search(r"INTEGER|FLOAT|%", option.make_metavar(context)) and not option.is_flag else []
    assert (silent, odd) == ([], [])


def test_every_command_in_a_document_is_understood() -> None:
    """In blocks and in running text: the command exists, and so do its options."""
    assert len(_COMMANDS) > 60
    assert [f"{line.place}: {line.text}: {problem}" for line in _COMMANDS if (problem := _misunderstood(line.text))] == []


def test_every_line_for_the_shell_is_one_that_works() -> None:
    """Targets of make are in the Makefile, scripts are there, addresses are served, extras can be installed."""
    assert [f"{line.place}: {line.text}" for document in PAGES for line in shell_lines(document) if not _works(line)] == []


@pytest.mark.parametrize(
    "command",
    [
        "lint",
        "guide",
        "guide docs/slack.md",
        "index status",
        "index diff",
        'ask "how do I handle a refund complaint"',
        "stats",
        "stats --since 2026-01-01 --by month --plot year.png",
        "stats --csv figures.csv",
        "coverage --days 30 --plot coverage.png",
        "review",
        "review proposals",
        "review list --status closed",
        'keys create --scope internal --name "our help desk"',
        "keys list",
        "link",
        "link --admin",
        "privacy purge",
        "privacy purge --days 30",
        "backup monday.zip",
        "evaluate knowledge/golden.jsonl",
    ],
)
def test_cheap_commands_run(command: str, operator: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """In a folder with the starter documents and their index, as an operator types them after one another."""
    monkeypatch.chdir(operator)
    monkeypatch.setattr(sys, "argv", ["sopbot", *shlex.split(command)])
    try:
        main()
        status = 0
    except SystemExit as end:
        status = int(end.code or 0)
    printed = capsys.readouterr()
    assert status == 0, printed.err
    assert printed.out


def test_the_answer_in_the_readme_is_what_is_printed(operator: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Line by line and in this order, but for what stands behind an ellipsis."""
    (block,) = shown_in_terminal(ROOT / "README.md")
    command, *shown = block.splitlines()
    monkeypatch.chdir(operator)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys, "argv", shlex.split(command.removeprefix("$ ")))
    with contextlib.suppress(SystemExit):
        main()
    printed = iter([line.rstrip() for line in capsys.readouterr().out.splitlines()])
    assert [line for line in shown if not any(found.startswith(line.removesuffix("…").rstrip()) for found in printed)] == []


@pytest.fixture(scope="module")
def operator(starter_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as after `sopbot init` and `sopbot index build`."""
    folder = tmp_path_factory.mktemp("operator")
    (folder / "knowledge").symlink_to(ROOT / "knowledge")
    shutil.copytree(starter_data / "generations", folder / "data" / "generations")
    shutil.copy(starter_data / "CURRENT", folder / "data")
    return folder


def _misunderstood(text: str) -> str:
    """Why sopbot does not understand a command; "" when it does, or lacks only what the reader has to put in."""
    command: click.Command = sopbot
    words = shlex.split(text.replace("…", ""))[1:]
    path = ["sopbot"]
    while isinstance(command, click.Group) and words:
        found = command.get_command(click.Context(command), words[0])
        if found is None:
            return "" if words[0].startswith("-") and _has_options(command, words) else f"there is no {words[0]}"
        path.append(words.pop(0))
        command = found
    if isinstance(command, click.Group) and not words:
        return ""
    words = [_NUMBERS.get(word, word) for word in words]
    try:
        command.make_context(" ".join(path), words, resilient_parsing=False)
    except click.exceptions.Exit:
        return ""
    except click.BadParameter as error:
        missing = isinstance(error, click.MissingParameter) or isinstance(error.param and error.param.type, click.Path)
        return "" if missing else error.format_message()
    except click.UsageError as error:
        return error.format_message()
    return ""


def _has_options(command: click.Command, words: list[str]) -> bool:
    known = {name for parameter in command.params for name in parameter.opts} | {"--help", "-h"}
    return all(word in known for word in words)


def _works(line: Line) -> bool:
    words = shlex.split(line.text, comments=True)
    if not words:
        return True
    program, arguments = words[0], words[1:]
    if program == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
        return all(word in targets or "=" in word for word in arguments)
    if program == "curl":
        return _is_served(arguments)
    if program.endswith("pip"):
        return all(extra in EXTRA_OF.values() for word in arguments for found in re.findall(r"\[(.+)\]", word) for extra in found.split(","))
    if program.endswith("python"):
        return (ROOT / arguments[0]).is_file()
    return program in _OTHER_PROGRAMS or program.endswith("sopbot")


def _is_served(arguments: list[str]) -> bool:
    address = next(word for word in arguments if word.startswith("http"))
    bodies = [body for flag, body in pairwise(arguments) if flag == "-d"]
    for body in bodies:
        json.loads(body)
    return any(f'"{part}"' in _SOURCES for part in _ways_to_write(address))


def _ways_to_write(address: str) -> list[str]:
    path = re.sub(r"^https?://[^/]+(/v1)?", "", address).split("?")[0]
    return [path, "/" + path.rsplit("/", 1)[-1]]


_SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot" / "api").glob("*.py"))
