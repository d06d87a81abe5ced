from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, rule

from bot.database import Database
from bot.errors import LogUnavailable
from bot.sessions import LINK_LIFETIME, SESSION_LIFETIME, Person, PersonScope, SessionStore
from tests.bot.conftest import NOON

ADA = Person("ada@example.org", "internal")


class Clock:
    """Tells the time it was set to."""

    def __init__(self) -> None:
        self.time: datetime = NOON

    def __call__(self) -> datetime:
        """The time."""
        return self.time


@pytest.fixture
def clock() -> Clock:
    """A clock at noon."""
    return Clock()


@pytest.fixture
def store(database: Database, clock: Clock) -> SessionStore:
    """A store without links and sessions."""
    return SessionStore(database, now=clock)


@pytest.mark.parametrize("scope", ["internal", "admin"])
def test_a_link_becomes_a_session_of_its_scope_once(store: SessionStore, scope: PersonScope) -> None:
    """The first use gives a session of an unnamed person; the second gives nothing."""
    link = store.create_link(scope)
    session = store.redeem(link)
    assert session is not None
    person = store.find(session)
    assert person is not None
    assert (bool(re.fullmatch(r"link:[0-9a-f]{12}", person.name)), person.scope) == (True, scope)
    assert store.redeem(link) is None


def test_holders_of_two_links_are_two_people(store: SessionStore) -> None:
    """Nobody sees the history of whoever held another link."""
    names = {store.find(store.redeem(store.create_link("internal")) or "") for _ in range(5)}
    assert (len(names), None in names) == (5, False)


def test_tokens_have_256_bits(store: SessionStore) -> None:
    """Links and sessions are known by 43 characters of base64 each, never the same."""
    links = [store.create_link("internal") for _ in range(3)]
    tokens = [*links, *(store.redeem(link) for link in links), store.start(ADA)]
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token or "") for token in tokens)
    assert len(set(tokens)) == 7


def test_of_many_at_once_one_uses_a_link(tmp_path: Path) -> None:
    """Two browsers, or two servers with one database, cannot both sign in with the same link."""
    databases = [Database(tmp_path / "sopbot.db") for _ in range(4)]
    databases[0].migrate()
    stores = [SessionStore(database) for database in databases]
    for _ in range(5):
        link, given_out = stores[0].create_link("admin"), []
        ready = threading.Barrier(8)

        def use(store: SessionStore, link: str = link, given_out: list[str | None] = given_out, ready: threading.Barrier = ready) -> None:
            ready.wait()
            given_out.append(store.redeem(link))

        threads = [threading.Thread(target=use, args=(stores[number % 4],)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [token is None for token in given_out].count(False) == 1
    for database in databases:
        database.close()


def test_a_link_is_good_for_an_hour(store: SessionStore, clock: Clock) -> None:
    """One second before the end it is taken, at the end it is not."""
    early, late = store.create_link("internal"), store.create_link("internal")
    clock.time += LINK_LIFETIME - timedelta(seconds=1)
    assert store.redeem(early) is not None
    clock.time += timedelta(seconds=1)
    assert store.redeem(late) is None


def test_a_session_ends_after_a_working_day(store: SessionStore, clock: Clock) -> None:
    """It is found until its last second, however much it was used."""
    token = store.start(ADA)
    clock.time += SESSION_LIFETIME - timedelta(seconds=1)
    assert store.find(token) == ADA
    clock.time += timedelta(seconds=1)
    assert store.find(token) is None


def test_signing_out_ends_that_session_only(store: SessionStore) -> None:
    """The same person stays signed in elsewhere; ending a session twice does no harm."""
    here, there = store.start(ADA), store.start(ADA)
    store.end(here)
    store.end(here)
    assert (store.find(here), store.find(there)) == (None, ADA)


def test_what_has_expired_is_cleared_away(store: SessionStore, clock: Clock, database: Database) -> None:
    """The next link and the next session leave no expired ones behind."""
    store.create_link("internal")
    store.start(ADA)
    clock.time += SESSION_LIFETIME
    store.create_link("internal")
    store.start(ADA)
    with database.read() as connection:
        counts = [connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() for table in ("login_links", "sessions")]  # noqa: S608 - two fixed names
    assert counts == [1, 1]


def test_tokens_are_nowhere_on_disk(store: SessionStore, database: Database, tmp_path: Path) -> None:
    """Whoever reads the database, or a copy of it, cannot sign in."""
    link = store.create_link("admin")
    session = store.redeem(store.create_link("admin")) or ""
    database.close()
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert (link.encode() in written, session.encode() in written) == (False, False)


def test_wrong_tokens_open_nothing(store: SessionStore) -> None:
    """A link's token is no session's, a session's is no link's, and nothing else is either."""
    link, session = store.create_link("internal"), store.start(ADA)
    assert [store.find(token) for token in (link, "", session[:-1], session + "0", session.swapcase(), "\ud800", "' OR 1=1 --")] == [None] * 7
    assert [store.redeem(token) for token in (session, "", link[:-1], link.swapcase())] == [None] * 4
    assert store.redeem(link) is not None


@pytest.mark.parametrize("name", ["", "x" * 201])
def test_a_name_that_does_not_fit_begins_no_session(store: SessionStore, name: str) -> None:
    """A cut name could be another person's."""
    with pytest.raises(ValueError, match="1 to 200 characters"):
        store.start(Person(name, "internal"))


def test_a_lock_is_told(store: SessionStore, database: Database) -> None:
    """When the database cannot be written, nobody is signed in, and the reason is one of ours."""
    link = store.create_link("internal")
    database.close()
    with Database(database._url.database or "").write(), pytest.raises(LogUnavailable):
        store.redeem(link)
    assert store.redeem(link) is not None


class Comings(RuleBasedStateMachine):
    """Links and sessions against a model of them: two dictionaries of what is good until when."""

    links, tokens = Bundle("links"), Bundle("tokens")

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.database = Database(Path(self.folder.name) / "sopbot.db")
        self.database.migrate()
        self.clock = Clock()
        self.store = SessionStore(self.database, now=self.clock)
        self.good_links: dict[str, tuple[PersonScope, datetime]] = {}
        self.good_sessions: dict[str, tuple[PersonScope, datetime]] = {}

    @rule(target=links, scope=st.sampled_from(["internal", "admin"]))
    def link(self, scope: PersonScope) -> str:
        """Make a link."""
        token = self.store.create_link(scope)
        self.good_links[token] = (scope, self.clock.time + LINK_LIFETIME)
        return token

    @rule(target=tokens, link=links)
    def redeem(self, link: str) -> str:
        """Use a link, perhaps again."""
        scope, until = self.good_links.pop(link, ("internal", NOON))
        session = self.store.redeem(link)
        assert (session is not None) == (until > self.clock.time)
        if session is not None:
            self.good_sessions[session] = (scope, self.clock.time + SESSION_LIFETIME)
        return session or "none"

    @rule(token=tokens)
    def look(self, token: str) -> None:
        """Look a session up."""
        scope, until = self.good_sessions.get(token, ("internal", NOON))
        found = self.store.find(token)
        assert (found.scope if found else None) == (scope if until > self.clock.time else None)

    @rule(token=consumes(tokens))
    def sign_out(self, token: str) -> None:
        """End a session."""
        self.good_sessions.pop(token, None)
        self.store.end(token)
        assert self.store.find(token) is None

    @rule(minutes=st.integers(1, 500))
    def wait(self, minutes: int) -> None:
        """Let time pass."""
        self.clock.time += timedelta(minutes=minutes)

    def teardown(self) -> None:
        """Clear up."""
        self.database.close()
        self.folder.cleanup()


TestComings = Comings.TestCase
TestComings.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)


@given(name=st.text(min_size=1, max_size=200).filter(lambda name: "\0" not in name and name.encode("utf-8", "replace").decode() == name))
@settings(max_examples=25, deadline=None)
def test_a_person_comes_back_as_they_are(shared: SessionStore, name: str) -> None:
    """Names keep every character, so that nobody is taken for another."""
    person = Person(name, "admin")
    assert shared.find(shared.start(person)) == person


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SessionStore]:
    """One store for many examples."""
    database = Database(tmp_path_factory.mktemp("sessions") / "sopbot.db")
    database.migrate()
    yield SessionStore(database)
    database.close()
