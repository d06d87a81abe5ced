"""Single sign-on with OpenID Connect: the visitor goes to the issuer, comes back with a code, and the code gives an e-mail address.

Authlib does the protocol: code flow with PKCE, state, nonce, the id token's signature and its claims.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from authlib.integrations.starlette_client import OAuth
from fastapi import Request, Response
from itsdangerous import BadSignature, URLSafeTimedSerializer

from bot.sessions import MAX_NAME_CHARACTERS, Person
from bot.settings import Settings
from bot.web import cookies
from bot.web.door import scope_of

CALLBACK = "/sign-in/done"
_NAME = "issuer"
_MINUTES = 10
"""From leaving for the issuer to coming back."""
_SECONDS_TO_ANSWER = 8.0
_DISCOVERY = "/.well-known/openid-configuration"
_log = logging.getLogger(__name__)
for _chatty in ("authlib", "httpx", "httpcore", "httpx2", "httpcore2"):  # what they tell at DEBUG holds codes and tokens
    logging.getLogger(_chatty).setLevel(logging.WARNING)


class SignOnFailed(Exception):
    """The visitor could not be signed in; its text says why, for the visitor. What the issuer said is in the log."""


@dataclass(frozen=True, slots=True)
class SignedOn:
    """Somebody whom the issuer knows and the settings let in."""

    person: Person
    wanted: str
    """The page that was wanted first: a path of this server."""


class SingleSignOn:
    """The way to the issuer and back.

    Args:
        settings: issuer, client, domains and admins.
        secret: signs the cookie that lasts from leaving to coming back.
    """

    def __init__(self, settings: Settings, secret: bytes) -> None:
        self._settings = settings
        self._cookie = URLSafeTimedSerializer(secret, salt="signing-on")
        issuer = settings.oidc_issuer.rstrip("/")
        self._client: Any = OAuth().register(
            _NAME,
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret.get_secret_value(),
            server_metadata_url=issuer + _DISCOVERY,
            client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256", "timeout": _SECONDS_TO_ANSWER},
        )

    async def leave(self, request: Request, wanted: str) -> Response:
        """Send the visitor to the issuer.

        Args:
            request: of the visitor.
            wanted: the page to come back to.

        Raises:
            SignOnFailed: the issuer cannot be reached, or is not the one that is set.
        """
        held: dict[str, Any] = {"wanted": own_path(wanted)}
        request.scope["session"] = held  # where Authlib keeps state, nonce and code verifier
        try:
            await self._issuer()
            response: Response = await self._client.authorize_redirect(request, self._settings.public_url.rstrip("/") + CALLBACK)
        except Exception as error:  # of Authlib, its HTTP client, the issuer: whatever fails, nobody is signed in
            raise _failed("The sign-on cannot be reached at the moment. Try again in a minute.", error) from error
        cookies.keep(response, request, cookies.SIGNING_ON, str(self._cookie.dumps(held)), _MINUTES * 60)
        return response

    async def come_back(self, request: Request) -> SignedOn:
        """Take what the issuer sends.

        Raises:
            SignOnFailed: it does not belong to a sign-on that this browser began within ten minutes; the issuer refuses;
                the id token is not signed by the issuer, not for us, not for now or not for this sign-on; or the person
                may not come in.
        """
        try:
            held: dict[str, Any] = self._cookie.loads(cookies.read(request, cookies.SIGNING_ON), max_age=_MINUTES * 60)
        except BadSignature as error:
            raise _failed("This sign-on took too long, or began in another browser. Start it again.", error) from error
        request.scope["session"] = held
        wanted = own_path(str(held.get("wanted", "")))
        try:
            claims = {
                "iss": {"essential": True, "value": await self._issuer()},
                "aud": {"essential": True, "value": self._settings.oidc_client_id},
                "exp": {"essential": True},
            }
            token = await self._client.authorize_access_token(request, claims_options=claims)
            told = token["userinfo"]  # the claims of the id token, checked
        except Exception as error:  # as above
            raise _failed("The sign-on did not work. Start it again; if it goes on, tell whoever runs sopbot.", error) from error
        return SignedOn(self._person(told), wanted)

    async def _issuer(self) -> str:
        """The issuer's name as it spells it.

        Raises:
            ValueError: the document at the issuer's address is another issuer's, or not one of the kind.
        """
        metadata = await self._client.load_server_metadata()
        name = str(metadata.get("issuer", ""))
        if name.rstrip("/") != self._settings.oidc_issuer.rstrip("/"):
            raise ValueError(f"{self._settings.oidc_issuer} calls itself {name!r}")
        return name

    def _person(self, told: dict[str, Any]) -> Person:
        email = str(told.get("email") or "").strip()
        domain = email.rpartition("@")[2].casefold()
        domains = {name.casefold() for name in self._settings.oidc_domains}
        if not domain or "@" not in email or len(email) > MAX_NAME_CHARACTERS:
            raise SignOnFailed("The sign-on did not give an e-mail address, so sopbot cannot tell who you are.")
        # Not every issuer says that it has checked the address; one that says it has not is believed.
        if told.get("email_verified", True) not in {True, "true"}:
            raise SignOnFailed("The sign-on has not checked your e-mail address yet. Confirm it there first.")
        if "*" not in domains and domain not in domains:
            raise SignOnFailed(f"People with an address at {domain} cannot use this page. Sign in with the address of your team.")
        return Person(email.lower(), scope_of(email, self._settings))


def own_path(target: str) -> str:
    """A page of this server; the ask page when the target is anything else, such as another site's address."""
    plain = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable() and "\\" not in target
    return target if plain else "/ask"


def _failed(says: str, error: Exception) -> SignOnFailed:
    # Only what kind of error it is, and what Authlib calls it: descriptions may repeat what was sent.
    _log.warning("single sign-on failed: %s %s", type(error).__name__, getattr(error, "error", "") or (error if isinstance(error, ValueError) else ""))
    return SignOnFailed(says)
