"""Blocks and views -> what Slack would refuse about them. Written from Slack's reference, without sopbot's own code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

BLOCK_TYPES = {
    "message": {"section", "divider", "image", "actions", "context", "context_actions", "header", "rich_text", "markdown", "input", "table"},
    "modal": {"section", "divider", "image", "actions", "context", "header", "rich_text", "input"},
    "home": {"section", "divider", "image", "actions", "context", "header", "rich_text", "input"},
}
MAX_BLOCKS = {"message": 50, "modal": 100, "home": 100}
ELEMENTS = {"actions": 25, "context": 10, "context_actions": 5}
MESSAGE_TOO_LONG = 13_200


def units(text: str) -> int:
    """Length as JavaScript counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def block_problems(blocks: Any, surface: str = "message") -> list[str]:
    """Everything that breaks a documented limit."""
    if not isinstance(blocks, list):
        return ["blocks is no list"]
    problems = [f"{len(blocks)} blocks"] if len(blocks) > MAX_BLOCKS[surface] else []
    ids = [block.get("block_id") for block in blocks if block.get("block_id") is not None]
    if len(ids) != len(set(ids)):
        problems.append("block_id used twice")
    for number, block in enumerate(blocks):
        problems += [f"/blocks/{number} {problem}" for problem in _block(block, surface)]
    return problems


def view_problems(view: dict[str, Any]) -> list[str]:
    """Everything that breaks a limit of modals and Home tabs."""
    problems = block_problems(view.get("blocks"), view["type"])
    if view["type"] == "modal":
        problems += _text(view.get("title"), 24, "plain_text", "title")
        for name in ("submit", "close"):
            if view.get(name):
                problems += _text(view[name], 24, "plain_text", name)
        if any(block["type"] == "input" for block in view["blocks"]) and not view.get("submit"):
            problems.append("inputs without submit")
    if units(view.get("private_metadata") or "") > 3000:
        problems.append("private_metadata too long")
    if len(json.dumps(view, ensure_ascii=False).encode()) > 250_000:
        problems.append("view_too_large")
    return problems


def all_text(blocks: Any) -> Iterator[str]:
    """Every text in blocks, in order."""
    if isinstance(blocks, list):
        for one in blocks:
            yield from all_text(one)
    elif isinstance(blocks, dict):
        for key, value in blocks.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from all_text(value)


def _block(block: dict[str, Any], surface: str) -> list[str]:  # noqa: C901, PLR0912 (one branch for each kind of block)
    kind = block.get("type")
    if kind not in BLOCK_TYPES[surface]:
        return [f"{kind} is not allowed in a {surface}"]
    problems: list[str] = []
    if "block_id" in block and not 0 < len(block["block_id"]) <= 255:
        problems.append("block_id length")
    if kind == "section":
        if not block.get("text") and not block.get("fields"):
            problems.append("section without text")
        if block.get("text"):
            problems += _text(block["text"], 3000, None, "section")
        if len(block.get("fields") or []) > 10:
            problems.append("too many fields")
        if block.get("accessory"):
            problems += _element(block["accessory"])
    elif kind == "header":
        problems += _text(block.get("text"), 150, "plain_text", "header")
    elif kind == "markdown" and not 0 < units(block.get("text", "")) <= 12_000:
        problems.append("markdown length")
    elif kind in ELEMENTS:
        elements = block.get("elements") or []
        if not 0 < len(elements) <= ELEMENTS[kind]:
            problems.append(f"{len(elements)} elements in {kind}")
        actions = [element.get("action_id") for element in elements if "action_id" in element]
        if len(actions) != len(set(actions)):
            problems.append("action_id used twice in a block")
        for element in elements:
            problems += _text(element, 2000, None, "context") if kind == "context" else _element(element)
    elif kind == "input":
        problems += _text(block.get("label"), 2000, "plain_text", "label")
        problems += _element(block["element"])
    elif kind == "rich_text" and not block.get("elements"):
        problems.append("rich_text without elements")
    return problems


def _element(element: dict[str, Any]) -> list[str]:  # noqa: C901, PLR0912 (one branch for each kind of element)
    kind = element["type"]
    problems = [] if 0 < len(element.get("action_id", "x")) <= 255 else ["action_id length"]
    if kind == "button":
        problems += _text(element.get("text"), 75, "plain_text", "button")
        if units(element.get("value") or "") > 2000:
            problems.append("button value too long")
    elif kind in ("static_select", "checkboxes", "radio_buttons", "overflow"):
        most = {"static_select": 100, "checkboxes": 10, "radio_buttons": 10, "overflow": 5}[kind]
        options = element.get("options") or []
        if not 0 < len(options) <= most:
            problems.append(f"{len(options)} options in {kind}")
        for option in options:
            problems += _text(option["text"], 75, None, "option")
            if not 0 < units(option["value"]) <= 150:
                problems.append("option value length")
        if element.get("placeholder"):
            problems += _text(element["placeholder"], 150, "plain_text", "placeholder")
        initial = element.get("initial_options") or ([element["initial_option"]] if element.get("initial_option") else [])
        if any(one not in options for one in initial):
            problems.append("initial option is none of the options")
    elif kind == "plain_text_input":
        if units(element.get("initial_value") or "") > 3000 or not 0 < element.get("max_length", 3000) <= 3000:
            problems.append("plain_text_input too long")
    elif kind == "feedback_buttons":
        for name in ("positive_button", "negative_button"):
            problems += _text(element[name].get("text"), 75, "plain_text", name)
    elif kind not in ("users_select", "conversations_select"):
        problems.append(f"unknown element {kind}")
    return problems


def _text(text: Any, limit: int, kind: str | None, where: str) -> list[str]:
    if not isinstance(text, dict) or not isinstance(text.get("text"), str):
        return [f"{where}: no text"]
    problems = []
    if text["type"] not in ("plain_text", "mrkdwn") or (kind and text["type"] != kind):
        problems.append(f"{where}: {text['type']} is not allowed")
    if not 0 < units(text["text"]) <= limit or not text["text"].strip():
        problems.append(f"{where}: {units(text['text'])} characters, 1 to {limit} are allowed")
    return problems
