"""The OpenAPI description -> what a person reads at `/docs`: calls and shapes, in plain words, with an example each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

_WORDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false", "null": "null", "object": "object"}
_SHAPES = "#/components/schemas/"
_PROBLEM = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Field:
    """A value that is sent or comes back."""

    name: str
    kind: tuple[tuple[str, str], ...]
    """What it is, in pieces: words, and the name of the shape that they stand for, or ""."""
    required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Shape:
    """An object that is sent or comes back."""

    name: str
    text: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A method at a path."""

    method: str
    path: str
    summary: str
    paragraphs: tuple[str, ...]
    parameters: tuple[Field, ...]
    sends: str
    """Name of the shape of its body; "" for none."""
    gives: str
    """Name of the shape that comes back; "" when it is no JSON."""
    problems: tuple[tuple[str, str], ...]
    """Status and its name, of each problem it may end with."""
    example: str
    """A curl command line."""

    @property
    def id(self) -> str:
        """Of its place in the page."""
        return f"{self.method}{self.path}".lower().replace("/", "-").replace("{", "").replace("}", "")


def calls(openapi: Mapping[str, Any], base: str) -> tuple[Call, ...]:
    """All calls, in the order of the description.

    Args:
        openapi: as FastAPI makes it.
        base: the server's address, with a slash at its end.
    """
    return tuple(_call(openapi, path, method, told, base) for path, methods in openapi["paths"].items() for method, told in methods.items())


def shapes(openapi: Mapping[str, Any]) -> tuple[Shape, ...]:
    """All shapes, in order of name."""
    found = openapi.get("components", {}).get("schemas", {})
    return tuple(Shape(name, found[name].get("description", ""), _fields(found[name])) for name in sorted(found))


def _call(openapi: Mapping[str, Any], path: str, method: str, told: Mapping[str, Any], base: str) -> Call:
    sends = _shape_of(told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {}))
    good: Mapping[str, Any] = next((response for status, response in told["responses"].items() if status.startswith("2")), {})
    parameters = tuple(
        Field(one["name"], tuple(_kind(one["schema"])), one.get("required", False), one.get("description", "")) for one in told.get("parameters", [])
    )
    return Call(
        method=method.upper(),
        path=path,
        summary=told.get("summary", ""),
        paragraphs=tuple(part.replace("\n", " ") for part in told.get("description", "").split("\n\n") if part),
        parameters=parameters,
        sends=sends,
        gives=_shape_of(good.get("content", {}).get("application/json", {}).get("schema", {})),
        problems=tuple((status, HTTPStatus(int(status)).phrase) for status, response in told["responses"].items() if _PROBLEM in response.get("content", {})),
        example=_example(openapi, path, method, told, sends, base),
    )


def _example(openapi: Mapping[str, Any], path: str, method: str, told: Mapping[str, Any], sends: str, base: str) -> str:
    query: list[str] = []
    for one in told.get("parameters", []):
        value = next(iter(one["schema"].get("examples", one.get("examples", []))), None)
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", quote(str(value), safe="") if value else one["name"])
        elif value is not None:
            query.append(f"{one['name']}={quote(str(value))}")
    address = f"{base}{path.lstrip('/')}" + (f"?{'&'.join(query)}" if query else "")
    if method == "get":
        return f"curl '{address}'" if query else f"curl {address}"
    shape = openapi["components"]["schemas"].get(sends, {})
    body = json.dumps(next(iter(shape.get("examples", [])), {}), ensure_ascii=False)
    return f"curl {address} -H 'Content-Type: application/json' \\\n  -d '{body}'"


def _fields(shape: Mapping[str, Any]) -> tuple[Field, ...]:
    required = set(shape.get("required", []))
    return tuple(Field(name, tuple(_kind(told)), name in required, told.get("description", "")) for name, told in shape.get("properties", {}).items())


def _kind(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a value is, in words."""
    if name := _shape_of(schema):
        yield name, name
    elif "anyOf" in schema:
        for number, one in enumerate(schema["anyOf"]):
            if number:
                yield " or ", ""
            yield from _kind(one)
    elif "enum" in schema:
        yield " | ".join(json.dumps(value) for value in schema["enum"]), ""
    elif "const" in schema:
        yield json.dumps(schema["const"]), ""
    elif schema.get("type") == "array":
        yield "list of ", ""
        yield from _kind(schema.get("items", {"type": "object"}))
    elif "format" in schema and schema["format"] == "date":
        yield "date, YYYY-MM-DD", ""
    else:
        limits = [f"{words} {schema[key]:g}" for key, words in (("minimum", "from"), ("maximum", "to")) if key in schema]
        yield " ".join([_WORDS.get(schema.get("type", ""), "anything"), *limits]), ""
    default = schema.get("default")
    if isinstance(default, str | int | float) and default != "":
        yield f"; {json.dumps(default)} when left out", ""


def _shape_of(schema: Mapping[str, Any]) -> str:
    reference: str = schema.get("$ref", "")
    return reference.removeprefix(_SHAPES) if reference.startswith(_SHAPES) else ""
