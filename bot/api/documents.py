"""A document -> the response that carries it."""

from __future__ import annotations

from fastapi import Response
from pydantic import BaseModel


def json_of(document: BaseModel) -> Response:
    """The document as JSON, made where it is called. FastAPI would check it against its model once more, in another thread."""
    return Response(document.model_dump_json(), media_type="application/json")
