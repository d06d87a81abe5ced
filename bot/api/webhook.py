"""`/v1/index/webhook`: a Git host says that documents were pushed -> they are read anew."""

from __future__ import annotations

import hashlib
import hmac

from fastapi import APIRouter, Request

from bot.api.auth import count_bad_try
from bot.api.problems import ProblemError, documented
from bot.api.rebuild import Rebuild, told
from bot.rebuild import Rebuilder
from bot.settings import Settings

router = APIRouter(prefix="/v1/index", tags=["index"])
_EVENTS = ("x-github-event", "x-gitlab-event")
_PUSHES = ("push", "Push Hook")
_BODY = {"required": False, "content": {"application/json": {"schema": {"type": "object"}}}}


@router.post(
    "/webhook",
    status_code=202,
    summary="Documents were pushed",
    responses=documented(401, 404, 408, 413, 429, 500, 503),
    openapi_extra={"requestBody": _BODY, "security": []},
)
async def webhook(request: Request) -> Rebuild:
    """For GitHub, GitLab, Gitea and others: a push starts a build; answered at once, as a rebuild is.

    GitHub signs the body in `X-Hub-Signature-256`, GitLab sends the secret in `X-Gitlab-Token`. Other events than a push change
    nothing. Nothing is taken from the body, so that a request that is sent a second time can do no more than have the same
    documents read again.
    """
    settings: Settings = request.app.state.settings
    secret = settings.webhook_secret.get_secret_value()
    if not secret:
        raise ProblemError(404, "There is no webhook here: whoever runs this server has not set SOPBOT_WEBHOOK_SECRET.")
    if not _genuine(secret.encode(), request, await request.body()):
        count_bad_try(request)
        raise ProblemError(401, "The signature is missing or wrong. Give the Git host the secret that SOPBOT_WEBHOOK_SECRET holds.")
    rebuilder: Rebuilder = request.app.state.rebuilder
    events = [request.headers[name] for name in _EVENTS if name in request.headers]
    if not events or events[0] in _PUSHES:
        rebuilder.request(pull=settings.webhook_pull)
    return told(rebuilder)


def _genuine(secret: bytes, request: Request, body: bytes) -> bool:
    """Whether it comes from somebody who knows the secret; takes the same time however much of it is right."""
    signature, token = request.headers.get("x-hub-signature-256"), request.headers.get("x-gitlab-token")
    if signature is not None:
        wanted = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(wanted.encode(), signature.encode())
    return token is not None and hmac.compare_digest(secret, token.encode())
