"""The encoder behind HTTP and nothing else: `python -m scripts.bench.encoder_app ENCODER PORT`, until its input ends.

The least that a question over HTTP can take in Python: uvicorn, the body read, the encoder in a thread of its own so that other
requests go on, a short answer.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import uvicorn
from starlette.types import Receive, Scope, Send

from .encoder_alone import Measured

_ANSWER = json.dumps({"answer": None, "suggestions": []}).encode()


class EncoderApp:
    """ASGI application that embeds the question of each request.

    Args:
        encoder: folder of the exported encoder.
    """

    def __init__(self, encoder: Path) -> None:
        self._encoder = Measured(encoder, encoder)
        self._encoder.prepare()
        self._threads = ThreadPoolExecutor()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        await asyncio.get_running_loop().run_in_executor(self._threads, self._encoder.ask, json.loads(body)["question"])
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(_ANSWER)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": _ANSWER})


def _end_with_input() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_end_with_input, daemon=True).start()
    uvicorn.run(EncoderApp(Path(sys.argv[1])), port=int(sys.argv[2]), ws="none", lifespan="off", log_level="error", access_log=False)
