"""What a single setting may be: types that say what is wrong with a value, and how to write it.

What checks a value is loaded only where that value is set: whoever asks one question would wait for all of it.
"""

from __future__ import annotations

import difflib
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr
from pydantic_core import PydanticCustomError

from index.lint.options import PARTS, Level, Part

_SHORTEST_SECRET = 16


def _rate(text: str) -> str:
    """A rate that can be read."""
    if not text:
        return text
    from bot.limits import Limit

    try:
        Limit(text)
    except ValueError:
        raise ValueError('write it like "300/minute"') from None
    return text


def _weekly(text: str) -> str:
    """A moment of every week, or "off"."""
    from bot.weekly import Weekly

    if text not in ("", "off"):
        Weekly(text)
    return text


def _long_enough(secret: SecretStr) -> SecretStr:
    """A secret that nobody guesses, or none."""
    if 0 < len(secret.get_secret_value()) < _SHORTEST_SECRET:
        raise ValueError(f"make it at least {_SHORTEST_SECRET} characters long, for example with: openssl rand -hex 32")
    return secret


def _contact(text: str) -> str:
    """An address that a link can lead to."""
    from bot.links import leads_elsewhere

    if text and not leads_elsewhere(text):
        raise ValueError("write it like mailto:help@example.org, tel:+441632960000 or https://www.example.org/contact")
    return text


def _web_address(text: str) -> str:
    """An address that a browser opens, or none."""
    if text and not text.startswith(("http://", "https://")):
        raise ValueError("write it with http:// or https:// in front, for example https://help.example.org")
    return text


def _networks(names: list[str]) -> list[str]:
    """Addresses and networks that can be read."""
    from ipaddress import ip_network

    for name in names:
        try:
            ip_network(name)
        except ValueError as error:
            raise ValueError(f"'{name}' is no address or network ({error}); write for example 10.0.0.5 or 10.1.0.0/16") from None
    return names


SignInWay = Literal["link", "proxy", "oidc", "off"]
Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Rate = Annotated[str, AfterValidator(_rate)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Networks = Annotated[list[str], AfterValidator(_networks)]
Contact = Annotated[str, AfterValidator(_contact)]
WeeklyMoment = Annotated[str, AfterValidator(_weekly)]
Secret = Annotated[SecretStr, AfterValidator(_long_enough)]


def _known_rule(rule: str) -> str:
    from index.lint.rules import RULES

    known = [one.id for one in RULES]
    if rule not in known:
        near = difflib.get_close_matches(rule, known, n=1)
        raise PydanticCustomError(
            "rule",
            "there is no rule '{rule}'. {hint}",
            {"rule": rule, "hint": f"Did you mean '{near[0]}'?" if near else "See those there are with: sopbot guide authoring"},
        )
    return rule


RuleId = Annotated[str, AfterValidator(_known_rule)]


class LintExceptionTable(BaseModel):
    """Where a rule does not hold: one `[[lint.exceptions]]`."""

    model_config = ConfigDict(extra="forbid")

    path: str = Field(description="Pattern of paths relative to the knowledge folder; `*` stands for anything, slashes too.")
    rule: str = Field("*", description="Pattern of rule names; all rules when left out.")


class LintTable(BaseModel):
    """What `sopbot lint` and the build go by: `[lint]` in sopbot.toml."""

    model_config = ConfigDict(extra="forbid")

    levels: dict[RuleId, Level] = Field({}, description="Level by rule: `error` stops a build, `warning` is told, `off` is not looked for.")
    exceptions: list[LintExceptionTable] = Field([], description="Where rules do not hold: `path` pattern and `rule` pattern.")
    parts: list[Part] = Field(list(PARTS), description="Parts that every procedure should have beside its steps.")
    placeholders: list[str] = Field([], description="Names that replies may use; any other is told. Without it, only names that look misspelt are.")
    longest_step: int = Field(80, ge=1, description="Words that a step may have.")
