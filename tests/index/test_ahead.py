"""A generation checked, and its encoder opened, before the rest: used for that generation only."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index.ahead import Ahead, looked_ahead
from index.current import CurrentIndex
from index.embedding import DESCRIPTION_FILE, MODEL_FILE
from index.storage import ENCODER_FOLDER, Generations
from tests.index.copies import copy_generation


@pytest.fixture
def two(starter_data: Path, tmp_path: Path) -> Path:
    """Two generations with the same content; the second serves."""
    data = tmp_path / "data"
    data.mkdir()
    shutil.copytree(starter_data / "generations", data / "generations")
    generations = Generations(data)
    copy_generation(generations, "000002")
    generations.switch("000002")
    return data


def test_the_index_takes_the_encoder_that_is_open(two: Path) -> None:
    """It finds the same with it as with one of its own."""
    ahead = looked_ahead(two)
    assert ahead is not None
    assert (ahead.data, ahead.manifest.id) == (two, "000002")
    index = CurrentIndex(two, ahead=lambda: ahead).get()
    assert index.query_encoder is ahead.encoder
    question = "how do I handle a refund complaint"
    assert index.search(question, "internal", 3) == CurrentIndex(two).get().search(question, "internal", 3)


def test_an_encoder_of_another_generation_or_folder_is_not_taken(two: Path) -> None:
    """Also where both say that they are the same: what was checked is another one's files."""
    ahead = looked_ahead(two)
    assert ahead is not None
    for other in (Ahead(two, Generations(two).manifest("000001"), ahead.encoder), Ahead(two.parent, ahead.manifest, ahead.encoder)):
        assert CurrentIndex(two, ahead=lambda other=other: other).get().query_encoder is not ahead.encoder


@pytest.mark.parametrize("altered", [("}", " }"), ('"name"', '"nbme"')])
def test_what_was_read_from_damaged_files_is_not_used(two: Path, altered: tuple[str, str]) -> None:
    """The generation before answers, though the damaged one's encoder could be opened and looks the same."""
    description = Generations(two).path("000002") / ENCODER_FOLDER / DESCRIPTION_FILE
    description.write_text(description.read_text(encoding="utf-8").replace(*altered), encoding="utf-8")
    assert looked_ahead(two) is None
    assert CurrentIndex(two, ahead=lambda: looked_ahead(two)).get().generation == "000001"


def test_where_there_is_none_the_index_says_why(two: Path, tmp_path: Path) -> None:
    """No index yet, a garbled CURRENT, a model that cannot be read: nothing is ahead, and nothing is raised."""
    assert looked_ahead(tmp_path / "nothing") is None
    (Generations(two).path("000002") / ENCODER_FOLDER / MODEL_FILE).write_bytes(b"no model")
    assert looked_ahead(two) is None
    (two / "CURRENT").write_text("garbled", encoding="ascii")
    assert looked_ahead(two) is None
