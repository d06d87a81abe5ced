"""A stand-in for an OpenID Connect issuer, on loopback: discovery, authorize, token, keys; it can also get each thing wrong."""

from __future__ import annotations

import hashlib
import json
import secrets
import socket
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlencode

import uvicorn
from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

_Text = Annotated[str, Form()]
CLIENT_ID, CLIENT_SECRET = "sopbot-test", "s3cret-of-the-client"


@dataclass(slots=True)
class Issuer:
    """What the issuer says; tests change it before somebody signs in."""

    url: str
    claims: dict[str, Any] = field(default_factory=lambda: {"email": "Ada@example.org", "email_verified": True})
    """Of the person who signs in, and whatever should be wrong."""
    name: str | None = None
    """What the discovery document calls the issuer; its own address when None."""
    signed_with: str = "its key"
    """"its key", "another key", "the client's secret" or "nothing"."""
    without_id_token: bool = False
    error: str = ""
    """What the authorization ends with, in place of a code."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    """The parameters of each authorization request."""


_KEY = RSAKey.generate_key(2048, {"kid": "first"})
_OTHER = RSAKey.generate_key(2048, {"kid": "first"})


def _app(issuer: Issuer) -> FastAPI:
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    def discovery() -> dict[str, Any]:
        return {
            "issuer": issuer.name or issuer.url,
            "authorization_endpoint": f"{issuer.url}/authorize",
            "token_endpoint": f"{issuer.url}/token",
            "jwks_uri": f"{issuer.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    @app.get("/authorize")
    def authorize(request: Request) -> RedirectResponse:
        asked = dict(request.query_params)
        issuer.asked.append(asked)
        if issuer.error:
            return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'error': issuer.error, 'state': asked['state']})}", 302)
        code = secrets.token_urlsafe(16)
        issuer.codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}", 302)

    @app.post("/token")
    def token(request: Request, code: _Text, redirect_uri: _Text, code_verifier: _Text = "") -> JSONResponse:
        asked = issuer.codes.pop(code, None)
        if asked is None or asked["redirect_uri"] != redirect_uri:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).rstrip(b"=").decode() != asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if not request.headers.get("authorization", "").startswith("Basic "):
            return JSONResponse({"error": "invalid_client"}, 401)
        answer = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "expires_in": 60}
        if not issuer.without_id_token:
            answer["id_token"] = _id_token(issuer, asked["nonce"])
        return JSONResponse(answer)

    @app.get("/keys")
    def keys() -> dict[str, Any]:
        return {"keys": [_KEY.as_dict(private=False)]}

    return app


def _id_token(issuer: Issuer, nonce: str) -> str:
    now = int(time.time())
    claims = {"iss": issuer.url, "sub": "person-1", "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": nonce} | issuer.claims
    claims = {name: value for name, value in claims.items() if value is not None}
    if issuer.signed_with == "nothing":
        parts = [urlsafe_b64encode(text.encode()).rstrip(b"=").decode() for text in ('{"alg":"none","kid":"first"}', json.dumps(claims))]
        return ".".join([*parts, ""])
    if issuer.signed_with == "the client's secret":
        return jwt.encode({"alg": "HS256", "kid": "first"}, claims, OctKey.import_key(CLIENT_SECRET.encode()), algorithms=["HS256"])
    return jwt.encode({"alg": "RS256", "kid": "first"}, claims, _KEY if issuer.signed_with == "its key" else _OTHER)


@contextmanager
def running() -> Iterator[Issuer]:
    """An issuer that answers until the block ends."""
    listening = socket.create_server(("127.0.0.1", 0))
    issuer = Issuer(f"http://127.0.0.1:{listening.getsockname()[1]}")
    server = uvicorn.Server(uvicorn.Config(_app(issuer), log_config=None, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.005)
    try:
        yield issuer
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
