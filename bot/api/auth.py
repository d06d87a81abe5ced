"""A request's key -> what it may read. No key means public; a key that is not good is refused, never taken for none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.security import APIKeyHeader, HTTPBearer

from bot.api.admission import address_of
from bot.api.problems import ProblemError, too_many_detail
from bot.keys import Key, KeyStore
from bot.limits import Limit
from index.records import Audience

# These two only describe the ways in for OpenAPI: they let a header of another shape pass as if there were none.
DESCRIBED = [Security(HTTPBearer(auto_error=False, description="sop_…")), Security(APIKeyHeader(name="X-API-Key", auto_error=False, description="sop_…"))]


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent a request."""

    audience: Audience
    key: Key | None

    @property
    def asker(self) -> str:
        """Who asks, for the log; empty without a key."""
        return f"key:{self.key.id}" if self.key else ""


async def caller_of(request: Request) -> Caller:
    """Find out what a request may read.

    Returns:
        Without a key or with a public one: public; with an internal or admin key: internal.

    Raises:
        ProblemError: 401, when a key was sent that is unknown, wrong, expired or revoked, or several, or in another form;
            429, when the key, or an address that sends bad ones, sends too much.
        LogUnavailable: keys cannot be looked up.
    """
    sent = {_bearer(value) for value in request.headers.getlist("authorization")} | set(request.headers.getlist("x-api-key"))
    if not sent:
        return Caller("public", None)
    if len(sent) > 1:
        count_bad_try(request)
        raise _refusal("Several different keys were sent. Send one.")
    keys: KeyStore = request.app.state.keys
    text = sent.pop()
    key = keys.remembered(text) or await run_in_threadpool(keys.verify, text)
    if key is None:
        count_bad_try(request)
        raise _refusal("This API key is not good: unknown, mistyped, expired or revoked. Send another, or none to read what is public.")
    _count(request.app.state.by_key, key.id)
    return Caller("public" if key.scope == "public" else "internal", key)


def count_bad_try(request: Request) -> None:
    """Count a secret that was not good against the address that sent it, or somebody could try without end.

    Raises:
        ProblemError: 429, when that address has tried too often.
    """
    _count(request.app.state.by_address, address_of(request.scope))


def _count(limit: Limit, identity: str) -> None:
    if wait := limit.wait(identity):
        raise ProblemError(429, too_many_detail(wait), headers={"Retry-After": str(wait)})


def _bearer(value: str) -> str:
    scheme, _, key = value.strip().partition(" ")
    if scheme.lower() != "bearer":
        raise _refusal("The Authorization header must read: Bearer sop_…")
    return key.strip()


def _refusal(detail: str) -> ProblemError:
    return ProblemError(401, detail, headers={"WWW-Authenticate": 'Bearer realm="sopbot"'})


CallerOf = Annotated[Caller, Depends(caller_of)]
