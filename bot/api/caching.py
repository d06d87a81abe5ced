"""What a response is made from -> headers that let a client keep it, and ask each time whether it still holds."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from bot.web.etags import etag, has
from index.records import Audience

NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "What the client holds is still right."}}


class Fresh:
    """Whether the client holds what would be sent.

    Args:
        request: may carry If-None-Match.
        index_name: names the generation and what is in it.
        audience: who is answered.
        today: decides what is past its review date.
    """

    def __init__(self, request: Request, index_name: str, audience: Audience, today: date) -> None:
        tag = etag(index_name, audience, today)
        self.known = has(request, tag)
        # Kept, but asked about each time: what an older index answered is never shown after a rebuild.
        kept = "no-cache" if audience == "public" else "private, no-cache"
        self._headers = {"ETag": tag, "Cache-Control": kept, "Vary": "Authorization, X-API-Key, Accept-Encoding, Origin"}

    def tell(self, response: Response) -> None:
        """Give a response its headers."""
        response.headers.update(self._headers)

    def not_modified(self) -> Response:
        """The response that says so."""
        return Response(status_code=304, headers=self._headers)
