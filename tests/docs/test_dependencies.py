"""docs/dependencies.md names each library that pyproject.toml does, in its group, with the licence that the library states."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import metadata, packages_distributions

import pytest

from bot.cli.extras import EXTRA_OF
from scripts.install import EXTRAS
from tests.docs.pages import ROOT

_BASE = "serving"
_CLASSIFIERS = {
    "MIT License": {"MIT"},
    "BSD License": {"BSD", "BSD-2-Clause", "BSD-3-Clause"},
    "Apache Software License": {"Apache-2.0"},
    "Python Software Foundation License": {"PSF-2.0"},
}
_ROW = re.compile(r"^\| (?P<name>[a-z][\w.-]*) \| (?P<why>.+?) \| (?P<licence>.+?) \| (?P<released>.+?) \| (?P<instead>.+?) \|$")


_TESTED = {_BASE, *EXTRAS["test"].split(",")}


def _documented() -> dict[str, dict[str, re.Match[str]]]:
    """Rows by group and library."""
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    groups: dict[str, dict[str, re.Match[str]]] = {}
    for section in text.split("\n## ")[1:]:
        rows = [row for line in section.splitlines() if (row := _ROW.match(line))]
        groups[section.splitlines()[0].partition(":")[0].strip().lower()] = {row["name"]: row for row in rows}
    return groups


def _declared() -> dict[str, set[str]]:
    """Libraries by group, as pyproject.toml has them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {_BASE: project["dependencies"], **project["optional-dependencies"]}
    return {group: {re.split(r"[^\w.-]", one)[0].lower() for one in named} for group, named in groups.items()}


def test_each_library_is_listed_in_its_group() -> None:
    """None is missing, none is left over."""
    assert {group: set(rows) for group, rows in _documented().items()} == _declared()


def test_what_make_installs_is_pinned() -> None:
    """The version that was tested stands in constraints.txt."""
    pinned = {_plain(line.split("==")[0]) for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line}
    installed = {name for group, names in _declared().items() for name in names if group in _TESTED}
    assert {name for name in installed if _plain(name) not in pinned} == set()


def test_what_make_installs_are_extras_that_there_are() -> None:
    """`make run` brings what building and measuring need; `make test` brings what `make run` does, and more."""
    named = {purpose: set(extras.split(",")) for purpose, extras in EXTRAS.items()}
    assert named["test"] | named["run"] <= set(_declared())
    assert named["run"] < named["test"]


def test_a_library_that_is_missing_is_traced_to_its_extra() -> None:
    """Whatever an extra of the product brings is known by the name under which Python misses it."""
    modules = packages_distributions()
    for extra in ("build", "evaluate", "oidc", "postgres"):
        for name in _declared()[extra]:
            known = {module for module, brought_by in modules.items() if _plain(name) in map(_plain, brought_by)}
            assert not known or known & set(EXTRA_OF), name


def test_the_month_of_the_last_release_is_filled_in() -> None:
    """For each library."""
    wrong = [name for rows in _documented().values() for name, row in rows.items() if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", row["released"])]
    assert wrong == []


@pytest.mark.parametrize(("group", "name"), [(group, name) for group, rows in _documented().items() if group in _TESTED for name in rows])
def test_its_licence_is_the_one_it_states(group: str, name: str) -> None:
    """By its licence expression; by its classifiers where it has none; of what the tests' own environment has."""
    row = _documented()[group][name]
    stated = metadata(name)
    listed = set(row["licence"].split(", "))
    expression = stated.get("License-Expression") or ""
    if expression:
        assert listed == set(re.split(r" AND ", expression))
    classifiers = [text.rsplit(" :: ", 1)[-1] for text in stated.get_all("Classifier") or [] if text.startswith("License :: OSI")]
    for classifier in classifiers if not expression else []:
        assert listed & _CLASSIFIERS.get(classifier, listed), classifier


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
