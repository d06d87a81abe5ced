"""Pages -> a shop's web server on a port of its own, so that the widget is used across origins, as shops do."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A shop</title></head>
<body><main><h1>A shop</h1><p>Everything for the bicycle. <a href="#help" id="own">I need help</a> <input aria-label="Voucher" id="voucher"></p></main>
{tags}
</body></html>"""


def policy(server: str, more: str = "") -> str:
    """As strict a content security policy as the widget's documentation promises to be enough."""
    return f"default-src 'none'; script-src {server}; connect-src {server}; base-uri 'none'; form-action 'none'; {more}"


class Shop:
    """A web server with one page, which tests change.

    Its address names localhost, so that it is of another site than the server on 127.0.0.1.
    """

    def __init__(self) -> None:
        self.page = ""
        self.policy = ""
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # http.server calls it so
                body = shop.page.encode() if self.path == "/" else b""
                self.send_response(200 if self.path == "/" else 204)  # a browser asks for an icon too
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                if shop.policy:
                    self.send_header("Content-Security-Policy", shop.policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://localhost:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def show(self, server: str, attributes: str = "", policy: str = "", page: str = PAGE) -> None:
        """Put one script tag of the widget on the page."""
        self.page = page.format(tags=f'<script src="{server}/widget.js" async {attributes}></script>')
        self.policy = policy

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
