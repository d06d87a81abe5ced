"""`sopbot init`: a folder of starter documents, to try sopbot with and to write one's own after."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import click

from bot.cli.examples import examples
from bot.data_folder import SETTINGS_FILE
from bot.errors import SopbotError
from bot.settings import read_settings

_STARTER = "starter"
"""In the package; in a checkout a link to `knowledge/`."""
_BUILD_NEEDS = "torch"


@click.command(epilog=examples("sopbot init", "sopbot init my-knowledge"))
@click.argument("folder", default="knowledge", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path) -> None:
    """Lay out a folder of starter documents, to try and to replace.

    They are those of an invented bicycle shop. FOLDER is a new one, 'knowledge' if left out; nothing that is there is
    overwritten. For a folder of another name, 'sopbot.toml' is written too, so that sopbot finds it when you start it
    from here.
    """
    read_settings()  # what is wrong with them is better said before anything is written
    _lay_out(folder)
    procedures, topics = (len(list((folder / kind).glob("*.md"))) for kind in ("sops", "faqs"))
    click.echo(f"{folder} holds {procedures} procedures and {topics} topics with answers for customers, of an invented bicycle shop.")
    click.echo(_named(folder))
    click.echo("\nWhat to do next, from this folder:")
    steps = [("sopbot index build", "read the documents; the first time takes some minutes")]
    if importlib.util.find_spec(_BUILD_NEEDS) is None:
        steps.insert(0, ("pip install 'sopbot[build]'", "what reading documents needs beside what answering does (about 1.3 GB)"))
    steps += [('sopbot ask "how do I handle a refund complaint"', ""), ("sopbot serve", "answer in the browser, until you press Ctrl+C")]
    for command, what in steps:
        click.echo(f"  {command:48} {what}".rstrip())
    click.echo(f"\nThen put your own documents in place of these: {folder / 'README.md'} shows how to write them.")
    click.echo("Documents about sopbot itself: sopbot guide")


def _lay_out(folder: Path) -> None:
    """Copy the starter documents, all or none.

    Raises:
        SopbotError: something is there already, or it cannot be written.
    """
    if folder.resolve() == Path.cwd():
        raise SopbotError(f"The documents need a folder of their own inside this one. Name it, for example: sopbot init {folder / 'knowledge'}")
    if folder.exists() and any(folder.iterdir()):
        raise SopbotError(f"{folder} is there already and is not empty, so nothing was changed. Name a new folder, for example: sopbot init {folder}-2")
    half_made = folder.with_name(f".{folder.name}.new")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(half_made, ignore_errors=True)
        with as_file(files("bot") / _STARTER) as starter:
            shutil.copytree(starter, half_made, ignore=shutil.ignore_patterns(".*", "drafts"), copy_function=shutil.copyfile)
        half_made.rename(folder)
    except OSError as error:
        shutil.rmtree(half_made, ignore_errors=True)
        raise SopbotError(f"{folder} cannot be written ({error.strerror or error}). Check the space and your rights there.") from error


def _named(folder: Path) -> str:
    """Have the settings name the folder, if they may be made to; and say how it is found."""
    if _is_set(folder):
        return "sopbot finds it there when you start it from this folder."
    line = f"knowledge_dir = {json.dumps(folder.as_posix(), ensure_ascii=False)}"
    if not Path(SETTINGS_FILE).exists():
        with contextlib.suppress(OSError):  # then the reader is told to
            Path(SETTINGS_FILE).write_text(f"{line}\n", encoding="utf-8")
        if _is_set(folder):
            return f"{SETTINGS_FILE} names it, so sopbot finds it when you start it from this folder."
    return f"sopbot reads {read_settings().knowledge_dir} as it is set now. To have it read the new folder, let {SETTINGS_FILE} say this, in place of a line that names another (a variable SOPBOT_KNOWLEDGE_DIR wins over it):\n  {line}"


def _is_set(folder: Path) -> bool:
    return read_settings().knowledge_dir.resolve() == folder.resolve()
