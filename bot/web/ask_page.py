"""`/ask`: the page on which agents ask, copy replies and say what was wrong; it works without scripts, and better with.

The address holds what is shown (question, entry, reply), so that reloading asks nothing again. Each route gives the
changed part to htmx, and a whole page, or the way to one, to a browser without scripts.
"""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from bot.answer import Answer, confidence_in_words
from bot.ask import Asker, Question
from bot.html import to_html
from bot.log_records import LoggedQuestion
from bot.phrases import GONE
from bot.query_log import QueryLog
from bot.question_text import MAX_QUESTION_CHARACTERS, QuestionRefused
from bot.reasons import REASONS
from bot.sessions import Person
from bot.settings import Settings
from bot.web.door import PersonOf, same_origin
from bot.web.shown import AUDIENCE, Shown, reply_at, resolver, shown
from bot.web.templating import page
from bot.web.typed import Typed
from index.channels import channel_id
from index.current import CurrentIndex
from index.records import CHANNELS
from index.replies import pieces

router = APIRouter(prefix="/ask", include_in_schema=False)
FRONT_END = "page"
HISTORY = 10
_CHANGES = [Depends(same_origin)]
_Text = Annotated[Typed, Form()]
_Position = Annotated[int | None, Query()]


@router.get("")
def open_page(request: Request, person: PersonOf, q: str = "", channel: str = "") -> Response:
    """The page without an answer; `?q=` fills the field, and nothing is asked before somebody presses the button."""
    return _page(request, person, asked=q[:MAX_QUESTION_CHARACTERS], channel=channel_id(channel) or "")


@router.post("", dependencies=_CHANGES)
def ask(request: Request, person: PersonOf, question: _Text = "", channel: _Text = "") -> Response:
    """Ask; the question is stored, and its page shown."""
    asker: Asker = request.app.state.asker
    chosen = channel_id(channel) or ""
    try:
        asked = asker.ask(Question(question, AUDIENCE, FRONT_END, person.asker, chosen))
    except QuestionRefused as error:
        return _page(request, person, 422, asked=question[:MAX_QUESTION_CHARACTERS], channel=chosen, notice=str(error))
    return _at(request, person, asked.query_id)


@router.get("/{query_id}")
def question_page(request: Request, person: PersonOf, query_id: str, entry: str = "", reply: _Position = None, channel: str = "") -> Response:
    """What was asked before, answered from the documents as they are now; one's own questions only."""
    return _shown_page(request, person, query_id, entry, reply, channel_id(channel) or "")


@router.post("/{query_id}/choice", dependencies=_CHANGES)
def choose(request: Request, person: PersonOf, query_id: str, entry: _Text) -> Response:
    """Open one of the entries offered; the choice is stored with the question."""
    asker: Asker = request.app.state.asker
    stored = _own(request, person, query_id)
    if stored is None:
        return _unknown(request, person)
    question = Question(stored.text, AUDIENCE, FRONT_END, person.asker, stored.channel)
    if asker.choose(question, entry, query_id) is None:
        return _page(request, person, 404, asked=stored.text, channel=stored.channel, notice=GONE)
    return _at(request, person, query_id, entry=entry)


@router.post("/{query_id}/feedback", dependencies=_CHANGES)
def feedback(
    request: Request, person: PersonOf, query_id: str, helpful: _Text = "", reason: _Text = "", step: _Text = "", comment: _Text = "", entry: _Text = ""
) -> Response:
    """Store whether it helped, and if not, why; or what is missing where nothing was found."""
    log: QueryLog = request.app.state.log
    stored = _own(request, person, query_id)
    if stored is None:
        return _unknown(request, person)
    known = reason if reason in {*REASONS, "detail"} else ""
    log.store_feedback(query_id, helpful == "yes", known, comment, step[:16], person.asker, entry[:255])
    if _by_htmx(request):
        return page(request, "ask_thanks.html", reason=known)
    return RedirectResponse(_address(query_id, entry=entry, thanks="1") + "#feedback", 303)


@router.get("/{query_id}/reply")
def one_reply(request: Request, person: PersonOf, query_id: str, entry: str = "", reply: _Position = None, channel: str = "") -> Response:
    """Another of the replies."""
    return _shown_page(request, person, query_id, entry, reply, channel_id(channel) or "", fragment="ask_reply.html")


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form whose names are not known beforehand."""
    async with request.form() as form:
        return {name: str(value) for name, value in form.items()}


@router.post("/{query_id}/reply", dependencies=_CHANGES)
def fill_in(request: Request, person: PersonOf, query_id: str, form: Annotated[dict[str, str], Depends(_form)]) -> Response:
    """Without scripts: the reply with its placeholders filled in, to be copied by hand. Nothing of it is stored."""
    position = form.get("reply", "")
    filled = {name.removeprefix("field."): value for name, value in form.items() if name.startswith("field.") and value.strip()}
    return _shown_page(request, person, query_id, form.get("entry", ""), int(position) if position.isdecimal() else None, "", filled=filled)


def _shown_page(
    request: Request,
    person: Person,
    query_id: str,
    entry_id: str,
    position: int | None,
    channel: str,
    fragment: str = "",
    filled: dict[str, str] | None = None,
) -> Response:
    """A stored question with its outcome: a whole page, or the part of it that htmx asks for."""
    index: CurrentIndex = request.app.state.index
    asker: Asker = request.app.state.asker
    stored = _own(request, person, query_id)
    if stored is None:
        return _unknown(request, person)
    held = index.get()
    found = shown(stored, held, asker.today(), entry_id)
    if found is None:
        return _page(request, person, 404, asked=stored.text, channel=stored.channel, notice=GONE)
    channel = channel or stored.channel
    values = _values(found, position, channel, filled or {})
    if isinstance(found.outcome, Answer):
        resolve = resolver(found.outcome.entry, held, lambda other: _address(query_id, entry=other))
        values["html"] = lambda text, top=4: Markup(to_html(text, top, resolve))  # noqa: S704 - to_html sanitises
    if fragment and _by_htmx(request):
        return page(request, fragment, channel=channel, channels=CHANNELS, **values)
    return _page(request, person, asked=stored.text, channel=channel, **values)


def _values(found: Shown, position: int | None, channel: str, filled: dict[str, str]) -> dict[str, Any]:
    """What the templates name of an outcome."""
    values: dict[str, Any] = {
        "shown": found,
        "outcome": found.outcome,
        "address": lambda **more: _address(found.question.query_id, **({"entry": found.entry_id} | more)),
        "sure": confidence_in_words,
        "reasons": REASONS,
        "filled": filled,
    }
    if isinstance(found.outcome, Answer):
        entry = found.outcome.entry
        at = reply_at(entry, position, channel)
        values |= {"at": at, "reply": None if at is None else entry.replies[at], "pieces": pieces}
    return values


def _page(request: Request, person: Person, status: int = 200, *, asked: str, channel: str, notice: str = "", **values: Any) -> Response:
    log: QueryLog = request.app.state.log
    settings: Settings = request.app.state.settings
    usual = {"shown": None, "thanks": "thanks" in request.query_params, "channels": CHANNELS, "channel": channel}
    everything = usual | values | {"asked": asked, "notice": notice, "person": person, "history": log.asked_by(person.asker, HISTORY), "way": settings.sign_in}
    template = "ask_outcome.html" if _by_htmx(request) else "ask.html"
    return page(request, template, status, {"Cache-Control": "no-store"}, **everything)


def _at(request: Request, person: Person, query_id: str, **more: str) -> Response:
    """Go on at a question's address: there without scripts; with htmx the outcome at once, and the address in the bar."""
    if not _by_htmx(request):
        return RedirectResponse(_address(query_id, **more) + "#outcome", 303)
    response = _shown_page(request, person, query_id, more.get("entry", ""), None, "")
    response.headers["HX-Push-Url"] = _address(query_id, **more)
    return response


def _own(request: Request, person: Person, query_id: str) -> LoggedQuestion | None:
    """A question that this person asked; others' are as unknown as those that nobody asked."""
    log: QueryLog = request.app.state.log
    found = log.question(query_id)
    return found if found and log.is_asker(found, person.asker) else None


def _unknown(request: Request, person: Person) -> Response:
    return _page(request, person, 404, asked="", channel="", notice="There is no such question among yours. Ask it again.")


def _address(query_id: str, **parameters: str | int) -> str:
    """Where a question is shown; empty parameters are left out."""
    kept = {name: value for name, value in parameters.items() if value != ""}
    return f"/ask/{query_id}" + (f"?{urlencode(kept)}" if kept else "")


def _by_htmx(request: Request) -> bool:
    return "hx-request" in request.headers and "hx-history-restore-request" not in request.headers
