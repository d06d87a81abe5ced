"""Who is let in to the pages of the team, in each way of signing in; on a real server, with a real issuer on loopback."""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.database import Database
from bot.errors import SettingsError
from bot.query_log import QueryLog, recent_questions
from bot.sessions import Person, PersonScope, SessionStore
from bot.settings import Settings, read_settings
from bot.web.oidc import own_path
from tests import oidc_stand_in
from tests.bot.api.conftest import Serving, serve
from tests.fakes import knowledge_index

Start = Callable[..., Serving]
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}


def _cookies(cookies: dict[str, str]) -> dict[str, str]:
    """The header with which a browser would send them."""
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}


@pytest.fixture
def start(database: Database, log: QueryLog, tmp_path: Path) -> Iterator[Start]:
    """Starts servers with settings; they end with the test."""
    with ExitStack() as stack:

        def start(**settings: object) -> Serving:
            values = {"data_dir": tmp_path, "rate_limit": "", "key_rate_limit": "", **settings}
            return stack.enter_context(serve(knowledge_index(), database, log, Settings.model_validate(values)))

        yield start


@pytest.fixture
def sessions(database: Database) -> SessionStore:
    """The server's sessions and links."""
    return SessionStore(database)


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Iterator[oidc_stand_in.Issuer]:
    """An OpenID Connect issuer."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with oidc_stand_in.running() as issuer:
        yield issuer


# With a link.


def test_a_link_opens_the_page_once(start: Start, sessions: SessionStore) -> None:
    """The token gives way to a cookie by a redirect, at the same address without it, and works no second time elsewhere."""
    serving, token = start(), sessions.create_link("internal")
    swapped = serving.client.get(f"/ask?token={token}&channel=chat")
    assert (swapped.status_code, swapped.headers["location"]) == (303, "/ask?channel=chat")
    assert (swapped.headers["referrer-policy"], swapped.headers["cache-control"]) == ("no-referrer", "no-store")
    assert token not in swapped.text + str(swapped.headers)
    page = serving.client.get("/ask")
    assert (page.status_code, page.headers["cache-control"], page.headers["referrer-policy"]) == (200, "no-store", "same-origin")
    with httpx.Client(base_url=serving.client.base_url, trust_env=False) as elsewhere:
        refused = elsewhere.get(f"/ask?token={token}")
    assert (refused.status_code, "used already" in refused.text, refused.cookies) == (401, True, httpx.Cookies())


def test_a_used_link_does_no_harm_to_whoever_is_signed_in(start: Start, sessions: SessionStore) -> None:
    """Opening one's link again, from the history of the browser, leads to the page."""
    serving, token = start(), sessions.create_link("internal")
    serving.client.get(f"/ask?token={token}")
    cookies = dict(serving.client.cookies)
    again = serving.client.get(f"/ask?token={token}")
    assert (again.status_code, again.headers["location"], dict(serving.client.cookies)) == (303, "/ask", cookies)


def test_the_cookie_is_kept_from_scripts_and_other_sites(start: Start, sessions: SessionStore) -> None:
    """On this machine it is named after the port; with https it is bound to the host and sent over https only."""
    serving = start(public_url="https://help.example", sign_in_networks=["127.0.0.1"])
    plain = serving.client.get(f"/ask?token={sessions.create_link('internal')}").headers["set-cookie"]
    secure = serving.client.get(f"/ask?token={sessions.create_link('internal')}", headers={"Host": "help.example"}).headers["set-cookie"]
    session = "[A-Za-z0-9_-]{43}; HttpOnly; Max-Age=43200; Path=/; SameSite=lax"
    assert re.fullmatch(f"sopbot-{serving.port}={session}", plain)
    assert re.fullmatch(f"__Host-sopbot={session}; Secure", secure)


def test_without_a_session_every_page_of_the_team_is_closed(start: Start) -> None:
    """No route below /ask answers, asks or stores anything for whoever is not signed in."""
    serving = start()
    paths = [("GET", "/ask"), ("POST", "/ask"), ("GET", "/ask/1"), ("GET", "/ask/1/reply")]
    paths += [("POST", f"/ask/1/{what}") for what in ("choice", "feedback", "reply")]
    for method, path in paths:
        refused = serving.client.request(method, path, headers=OWN_PAGE, data={"question": "refund", "entry": "x"} if method == "POST" else None)
        assert (refused.status_code, "sopbot link" in refused.text, refused.headers["cache-control"]) == (401, True, "no-store"), path
    assert recent_questions(Database(serving.database_path), 10) == ()


@pytest.mark.parametrize("cookie", ["", "x", "\u00e9", "a" * 5000, "'; DROP TABLE sessions; --"])
def test_a_made_up_cookie_is_no_session(start: Start, cookie: str) -> None:
    """Whatever it holds."""
    serving = start()
    headers = [(b"Cookie", f"sopbot-{serving.port}={cookie}".encode())]
    assert serving.client.get("/ask", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:8000"},
        {"Host": "help.evil.example"},
        {"Host": ""},
        {"Host": "[::1"},
        {"X-Forwarded-For": "203.0.113.9"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"Forwarded": "for=203.0.113.9"},
        {"X-Real-IP": "203.0.113.9"},
        {"Via": "1.1 proxy"},
        {"X-Forwarded-Host": "help.example"},
    ],
)
def test_links_are_for_this_machine_under_its_own_name(start: Start, sessions: SessionStore, headers: dict[str, str]) -> None:
    """Another site's name (DNS rebinding) or a proxy in front closes the page, uses no link and honours no session."""
    serving, token = start(), sessions.create_link("internal")
    refused = serving.client.get(f"/ask?token={token}", headers=headers)
    assert refused.status_code in {400, 403}
    assert "set-cookie" not in refused.headers
    assert serving.client.get(f"/ask?token={token}").status_code == 303
    assert serving.client.get("/ask", headers=headers).status_code in {400, 403}


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST:8000"])
def test_this_machine_has_several_names(start: Start, name: str) -> None:
    """Each of them asks for a sign-in, and none is refused."""
    assert start().client.get("/ask", headers={"Host": name}).status_code == 401


def test_from_another_address_the_page_is_closed_unless_told_otherwise(start: Start, sessions: SessionStore) -> None:
    """`sign_in_networks` says from where links may be used; a connection from elsewhere is refused."""
    elsewhere = start(sign_in_networks=["10.0.0.0/8"])
    assert elsewhere.client.get(f"/ask?token={sessions.create_link('internal')}").status_code == 403
    assert start(sign_in_networks=["127.0.0.0/8"]).client.get(f"/ask?token={sessions.create_link('internal')}").status_code == 303


def test_signing_out_ends_the_session(start: Start, sessions: SessionStore) -> None:
    """The cookie goes, and its copy opens nothing any more."""
    serving = start()
    serving.client.get(f"/ask?token={sessions.create_link('internal')}")
    copy = dict(serving.client.cookies)
    assert serving.client.post("/sign-out").status_code == 403
    assert serving.client.get("/ask").status_code == 200
    out = serving.client.post("/sign-out", headers=OWN_PAGE)
    assert (out.status_code, out.headers["location"], dict(serving.client.cookies)) == (303, "/sign-in", {})
    assert serving.client.get("/ask", headers=_cookies(copy)).status_code == 401
    assert serving.client.get("/sign-in").status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": "http://127.0.0.1:{port}"}, 303),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({}, 403),
    ],
)
def test_only_our_own_pages_may_ask(start: Start, sessions: SessionStore, headers: dict[str, str], status: int) -> None:
    """A form on another site, sent with the visitor's cookie, is refused and stores nothing."""
    serving = start()
    serving.client.get(f"/ask?token={sessions.create_link('internal')}")
    headers = {name: value.format(port=serving.port) for name, value in headers.items()}
    asked = serving.client.post("/ask", data={"question": "qwxzv vxqwz"}, headers=headers)
    assert (asked.status_code, recent_questions(Database(serving.database_path), 1)) == (status, (("qwxzv vxqwz", "internal"),) if status == 303 else ())


def test_no_token_reaches_the_log(start: Start, sessions: SessionStore, caplog: pytest.LogCaptureFixture) -> None:
    """Neither a link nor a session is written, however talkative the log is, also when something breaks."""
    caplog.set_level(logging.DEBUG)
    serving, token = start(), sessions.create_link("internal")
    serving.client.get(f"/ask?token={token}")
    session = next(iter(dict(serving.client.cookies).values()))
    serving.index.index = None
    assert serving.client.post("/ask", data={"question": "anything"}, headers=OWN_PAGE).status_code == 503
    # httpx and httpcore are the test's own client; `sopbot serve` switches uvicorn's access log off, as tests/e2e shows.
    own = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore", "uvicorn.access"))]
    written = "\n".join(f"{record.getMessage()} {record.exc_text}" for record in own)
    assert "no usable index" in written
    assert (token in written, session in written) == (False, False)


# Behind a proxy.


@pytest.mark.parametrize(
    ("headers", "name", "scope"),
    [
        ({"X-Forwarded-User": "ada@example.org"}, "ada@example.org", "internal"),
        ({"X-Forwarded-User": "GRACE@example.org"}, "GRACE@example.org", "admin"),
        ({"X-Forwarded-User": "bob", "X-Forwarded-Groups": "staff, leads"}, "bob", "admin"),
        ({"X-Forwarded-User": "bob", "X-Forwarded-Groups": "staff,leadsX"}, "bob", "internal"),
        ({"X-Forwarded-User": "bob", "X-Other-Groups": "leads"}, "bob", "internal"),
    ],
)
def test_the_proxy_says_who_it_is(start: Start, headers: dict[str, str], name: str, scope: PersonScope) -> None:
    """The header's name is shown and asks; an admin is who is listed, or in a listed group."""
    settings = {"sign_in_admins": ["grace@example.org"], "sign_in_groups_header": "X-Forwarded-Groups", "sign_in_admin_groups": ["leads"]}
    serving = start(sign_in="proxy", trusted_proxies=["127.0.0.1"], **settings)
    page = serving.client.get("/ask", headers=headers)
    assert (page.status_code, f"<span>{name}</span>" in page.text, "Sign out" in page.text) == (200, True, False)
    assert serving.client.post("/ask", data={"question": "refund"}, headers=headers | OWN_PAGE).status_code == 303
    assert len(serving.log.asked_by(Person(name, scope).asker, 10)) == 1


def test_the_header_counts_from_a_trusted_proxy_only(start: Start) -> None:
    """Whoever connects from elsewhere is refused, whatever the headers claim of where they come from."""
    serving = start(sign_in="proxy", trusted_proxies=["10.0.0.0/8"])
    for more in ({}, {"X-Forwarded-For": "10.0.0.1"}, {"Forwarded": "for=10.0.0.1"}):
        assert serving.client.get("/ask", headers={"X-Forwarded-User": "ada"} | more).status_code == 403


def test_behind_the_proxy_the_visitors_address_does_not_matter(start: Start) -> None:
    """The proxy is told from the visitor that it speaks of."""
    serving = start(sign_in="proxy", trusted_proxies=["127.0.0.1"])
    assert serving.client.get("/ask", headers={"X-Forwarded-User": "ada", "X-Forwarded-For": "203.0.113.9"}).status_code == 200


@pytest.mark.parametrize("names", [[], [""], ["ada", "bob"], ["x" * 201]])
def test_an_unclear_name_is_nobody(start: Start, names: list[str]) -> None:
    """No header, an empty one, two of them, or one too long to be stored whole: nobody is let in."""
    serving = start(sign_in="proxy", trusted_proxies=["127.0.0.1"])
    refused = serving.client.get("/ask", headers=[("X-Forwarded-User", name) for name in names])
    assert refused.status_code == (401 if not "".join(names).strip() else 403)


def test_with_a_proxy_links_open_nothing(start: Start, sessions: SessionStore) -> None:
    """One way in is set, and the others are closed."""
    serving = start(sign_in="proxy", trusted_proxies=["127.0.0.1"])
    assert serving.client.get(f"/ask?token={sessions.create_link('admin')}").status_code == 401


def test_switched_off_is_off(start: Start, sessions: SessionStore) -> None:
    """Neither links nor headers nor sessions open the page."""
    serving = start(sign_in="off")
    cookies = {f"sopbot-{serving.port}": sessions.start(Person("ada", "admin"))}
    found = serving.client.get(f"/ask?token={sessions.create_link('admin')}", headers={"X-Forwarded-User": "ada"} | _cookies(cookies))
    assert (found.status_code, "switched off" in found.text) == (403, True)


# With a single sign-on.


def _sso(start: Start, issuer: oidc_stand_in.Issuer, **more: object) -> Serving:
    with socket.create_server(("127.0.0.1", 0)) as free:
        unused = free.getsockname()[1]
    return start(
        sign_in="oidc",
        public_url=f"http://127.0.0.1:{unused}",
        oidc_issuer=issuer.url,
        oidc_client_id=oidc_stand_in.CLIENT_ID,
        oidc_client_secret=oidc_stand_in.CLIENT_SECRET,
        oidc_domains=["example.org"],
        sign_in_admins=["grace@example.org"],
        **more,
    )


def _to_callback(serving: Serving, path: str = "/ask") -> str:
    """Go as a browser does, up to the way back: its path and query on this server."""
    wanted = serving.client.get(path)
    assert wanted.status_code == 303
    left = serving.client.get(wanted.headers["location"])
    assert left.status_code == 302
    with httpx.Client(trust_env=False) as browser:
        back = urlsplit(browser.get(left.headers["location"]).headers["location"])
    return f"{back.path}?{back.query}"


def test_the_single_sign_on_leads_there_and_back(start: Start, issuer: oidc_stand_in.Issuer) -> None:
    """Whoever the issuer knows comes back signed in, at the page that was wanted, with PKCE, state and nonce on the way."""
    serving = _sso(start, issuer)
    done = serving.client.get(_to_callback(serving, "/ask?q=refund%20%26c"))
    assert (done.status_code, done.headers["location"], done.headers["referrer-policy"]) == (303, "/ask?q=refund%20%26c", "no-referrer")
    page = serving.client.get(done.headers["location"])
    assert (page.status_code, "<span>ada@example.org</span>" in page.text, "refund &amp;c</textarea>" in page.text) == (200, True, True)
    asked = issuer.asked[0]
    assert (asked["response_type"], asked["code_challenge_method"], asked["scope"]) == ("code", "S256", "openid email profile")
    assert min(len(asked["state"]), len(asked["nonce"])) >= 20
    assert set(dict(serving.client.cookies)) == {f"sopbot-{serving.port}"}


@pytest.mark.parametrize(("email", "scope"), [("Ada@example.org", "internal"), ("Grace@Example.ORG", "admin")])
def test_admins_of_the_single_sign_on_are_listed(start: Start, issuer: oidc_stand_in.Issuer, sessions: SessionStore, email: str, scope: PersonScope) -> None:
    """Capital letters make no difference."""
    serving = _sso(start, issuer)
    issuer.claims["email"] = email
    serving.client.get(_to_callback(serving))
    assert sessions.find(next(iter(dict(serving.client.cookies).values()))) == Person(email.lower(), scope)


WRONG = {
    "another nonce": {"nonce": "somebody else's"},
    "no nonce": {"nonce": None},
    "another audience": {"aud": "another-client"},
    "another audience, for us by azp": {"aud": "another-client", "azp": oidc_stand_in.CLIENT_ID},
    "several audiences without us": {"aud": ["a", "b"], "azp": oidc_stand_in.CLIENT_ID},
    "another issuer": {"iss": "https://evil.example"},
    "expired": {"exp": 1_000_000_000},
    "no expiry": {"exp": None},
    "no address": {"email": None},
    "no domain": {"email": "ada"},
    "an address that is not checked": {"email_verified": False},
    "an address that is not checked, in words": {"email_verified": "false"},
    "another domain": {"email": "ada@evil.example"},
    "a domain that ends alike": {"email": "ada@notexample.org"},
    "a domain below": {"email": "ada@sub.example.org"},
    "two domains": {"email": "ada@example.org@evil.example"},
}


@pytest.mark.parametrize("claims", WRONG.values(), ids=WRONG)
def test_a_wrong_id_token_signs_nobody_in(start: Start, issuer: oidc_stand_in.Issuer, claims: dict[str, object]) -> None:
    """It is for us, from the issuer, for now, for this sign-on, and for a person who may come in; or it is refused."""
    serving = _sso(start, issuer)
    issuer.claims |= claims
    refused = serving.client.get(_to_callback(serving))
    assert (refused.status_code, dict(serving.client.cookies)) == (403, {})
    assert serving.client.get("/ask").status_code == 303


@pytest.mark.parametrize("signed_with", ["another key", "the client's secret", "nothing"])
def test_an_id_token_that_the_issuer_did_not_sign_is_refused(start: Start, issuer: oidc_stand_in.Issuer, signed_with: str) -> None:
    """The signature must be of a key that the issuer publishes, made as it says it makes them."""
    serving = _sso(start, issuer)
    issuer.signed_with = signed_with
    assert serving.client.get(_to_callback(serving)).status_code == 403


def test_without_an_id_token_nobody_is_signed_in(start: Start, issuer: oidc_stand_in.Issuer) -> None:
    """An access token says nothing of who somebody is."""
    serving = _sso(start, issuer)
    issuer.without_id_token = True
    assert serving.client.get(_to_callback(serving)).status_code == 403


def test_the_way_back_belongs_to_the_browser_that_left(start: Start, issuer: oidc_stand_in.Issuer) -> None:
    """A callback with another state, in another browser, or a second time signs nobody in."""
    serving = _sso(start, issuer)
    callback = _to_callback(serving)
    state = parse_qs(urlsplit(callback).query)["state"][0]
    kept = dict(serving.client.cookies)
    with httpx.Client(base_url=serving.client.base_url, trust_env=False) as other:
        assert other.get(callback).status_code == 403
        tampered = {name: value[:-2] + ("AA" if value[-2:] != "AA" else "BB") for name, value in kept.items()}
        assert other.get(callback, headers=_cookies(tampered)).status_code == 403
        assert other.get(callback.replace(state, "x" * len(state)), headers=_cookies(kept)).status_code == 403
    assert serving.client.get(callback).status_code == 303
    assert serving.client.get(callback, headers=_cookies(kept)).status_code == 403


def test_what_the_issuer_refuses_is_refused(start: Start, issuer: oidc_stand_in.Issuer, caplog: pytest.LogCaptureFixture) -> None:
    """A denied consent is told in our own words; the log says what the issuer said, and no secret."""
    caplog.set_level(logging.DEBUG)
    serving = _sso(start, issuer)
    issuer.error = "access_denied"
    refused = serving.client.get(_to_callback(serving))
    assert (refused.status_code, "did not work" in refused.text) == (403, True)
    issuer.error = ""
    callback = _to_callback(serving)
    serving.client.get(callback)
    written = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith(("bot", "authlib")))
    assert "access_denied" in written
    code, state = (parse_qs(urlsplit(callback).query)[name][0] for name in ("code", "state"))
    assert [secret in written for secret in (code, state, oidc_stand_in.CLIENT_SECRET)] == [False] * 3


def test_an_issuer_that_is_not_the_one_set_is_not_believed(start: Start, issuer: oidc_stand_in.Issuer) -> None:
    """The discovery document must name the issuer from whose address it comes."""
    serving = _sso(start, issuer)
    issuer.name = "https://evil.example"
    refused = serving.client.get("/sign-in/start")
    assert (refused.status_code, "cannot be reached" in refused.text, issuer.asked) == (503, True, [])


def test_an_issuer_out_of_reach_is_told(start: Start, issuer: oidc_stand_in.Issuer) -> None:
    """One sentence and a status that says to try again, no traceback."""
    issuer.url = "http://127.0.0.1:1"
    refused = _sso(start, issuer).client.get("/sign-in/start")
    assert (refused.status_code, "Try again" in refused.text, "Traceback" in refused.text) == (503, True, False)


def test_after_signing_out_one_is_not_signed_in_again_at_once(start: Start, issuer: oidc_stand_in.Issuer) -> None:
    """Signing out leads to a page with a button, not back to the issuer."""
    serving = _sso(start, issuer)
    serving.client.get(_to_callback(serving))
    out = serving.client.post("/sign-out", headers=OWN_PAGE)
    page = serving.client.get(out.headers["location"])
    assert (page.status_code, 'href="/sign-in/start"' in page.text) == (200, True)


def test_a_part_of_a_page_is_not_sent_to_the_issuer(start: Start, issuer: oidc_stand_in.Issuer) -> None:
    """A session that ends while one works is told in the page, so that what was typed stays."""
    refused = _sso(start, issuer).client.post("/ask", data={"question": "x"}, headers=OWN_PAGE | {"HX-Request": "true"})
    assert (refused.status_code, "session has ended" in refused.text) == (401, True)


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "/a\r\nX: y", "", "ask", "/ask\\..", "javascript:1"]
)
def test_one_comes_back_to_this_server_only(target: str) -> None:
    """Whatever is no plain path of ours leads to the ask page."""
    assert own_path(target) == "/ask"


# What cannot work is told at the start.


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"SOPBOT_SIGN_IN": "proxy", "SOPBOT_TRUSTED_PROXIES": "[]"}, "SOPBOT_TRUSTED_PROXIES is empty"),
        ({"SOPBOT_SIGN_IN": "proxy", "SOPBOT_TRUSTED_PROXIES": '["everywhere"]'}, "no address or network"),
        ({"SOPBOT_SIGN_IN_NETWORKS": '["10.0.0.1/8"]'}, "SOPBOT_SIGN_IN_NETWORKS (or 'sign_in_networks' in sopbot.toml) does not fit: '10.0.0.1/8'"),
        (
            {"SOPBOT_SIGN_IN": "oidc", "SOPBOT_OIDC_ISSUER": "https://x"},
            "SOPBOT_PUBLIC_URL, SOPBOT_OIDC_CLIENT_ID, SOPBOT_OIDC_CLIENT_SECRET, SOPBOT_OIDC_DOMAINS",
        ),
        ({"SOPBOT_PUBLIC_URL": "help.example"}, "https://help.example.org"),
        ({"SOPBOT_SIGN_IN": "password"}, "SOPBOT_SIGN_IN"),
    ],
)
def test_a_set_up_that_cannot_work_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: dict[str, str], says: str) -> None:
    """One sentence names the setting and what is missing; nothing is served half open."""
    monkeypatch.chdir(tmp_path)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=re.escape(says)):
        read_settings()
