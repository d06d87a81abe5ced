"""A message that wants an answer -> what to post for it: follow-ups first, else the question is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.answer import MAX_SUGGESTIONS, Answer, NoAnswer, Outcome, Suggestions, nearest
from bot.ask import Asked, Question
from bot.phrases import GONE, reply_name
from bot.question_text import QuestionRefused
from bot.slack.answers import ShownAnswer
from bot.slack.blocks.answer import answer_pages, reply_for
from bot.slack.blocks.controls import safe
from bot.slack.channel_settings import ChannelSetting
from bot.slack.followups import Expected, FollowUp, channel_in, expected, looks_like_question, read_follow_up
from bot.slack.front import Front, in_thread
from bot.slack.idempotency import message_key
from bot.slack.incoming import Incoming
from bot.slack.posting import Message
from bot.slack.rendering import notice, outcome_message, stored_answer, stored_message
from index.records import CHANNELS, Audience, Hit

_DIRECT_MEMORY = timedelta(minutes=60)
"""How long "next" in a direct message refers to the answer above it."""


@dataclass(frozen=True, slots=True)
class Composed:
    """Messages for one incoming message; nearly always one."""

    messages: tuple[Message, ...]
    answer_id: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who will read what is posted."""

    audience: Audience
    public_only: bool
    """The asker could see more elsewhere."""


async def reader_of(front: Front, user: str, channel: str, direct: bool, setting: ChannelSetting) -> Reader:
    """Find out who reads along, and so what may be shown."""
    await front.learn_identity()
    person = await front.directory.of_user(user)
    audience: Audience = await front.directory.of(user, channel, direct)
    if setting.audience == "public":
        audience = "public"
    return Reader(audience, person == "internal" and audience == "public")


async def compose(front: Front, incoming: Incoming) -> Composed | None:
    """Decide what to say.

    Returns:
        What to post, or None when silence is right because nobody addressed the bot.

    Raises:
        GenerationError, LogUnavailable: told to people as an error with a reference.
    """
    setting = ChannelSetting(incoming.channel) if incoming.direct else await in_thread(front.channels.get, incoming.channel)
    if setting.mode == "off":
        return Composed((notice("I am switched off in this channel. Ask me in a direct message."),)) if incoming.addressed else None
    previous = await in_thread(_previous, front, incoming)
    if not incoming.addressed and (incoming.to_somebody_else or (previous is None and setting.mode != "every")):
        return None
    reader = await reader_of(front, incoming.user, incoming.channel, incoming.direct, setting)
    wants: Expected = "anything" if incoming.addressed else await in_thread(_wants, front, incoming, previous)
    if wants == "nothing":
        return None
    follow_up = read_follow_up(incoming.text) if previous else None
    names_topic = previous is not None and previous.outcome == "no_answer" and follow_up is not None and follow_up.kind == "channel"
    if previous and follow_up and not names_topic:  # with nothing above to say by phone, "phone" is a question of its own
        return await in_thread(_follow, front, incoming, previous, follow_up, reader)
    try:
        return await in_thread(_ask, front, incoming, reader, setting, wants, previous is not None)
    except QuestionRefused as refused:
        return Composed((notice(safe(str(refused))),)) if incoming.addressed else None


def ask_and_store(front: Front, question: Question, channel: str, thread_ts: str, user: str, customer: str = "") -> tuple[Asked, ShownAnswer]:
    """Ask, and store where the outcome is about to be shown."""
    asked = front.asker.ask(question)
    reply = reply_for(asked.outcome.entry, question.channel) or 0 if isinstance(asked.outcome, Answer) else 0
    return asked, front.answers.store(asked, channel, thread_ts, user, reply, customer=customer)


def question_of(front: Front, text: str, user: str, audience: Audience) -> Question:
    """A question as Slack asks it."""
    return Question(text, audience, "slack", front.known_as(user), channel_in(text))


def can_hand_over(front: Front, setting: ChannelSetting) -> bool:
    """Whether somebody is set up to answer what no document does."""
    return bool(setting.owners or front.options.owners_channel)


def _previous(front: Front, incoming: Incoming) -> ShownAnswer | None:
    if incoming.thread_ts:
        return front.answers.latest(incoming.channel, incoming.thread_ts)
    if incoming.direct:
        return front.answers.latest(incoming.channel, "", datetime.now(UTC) - _DIRECT_MEMORY)
    return None


def _wants(front: Front, incoming: Incoming, previous: ShownAnswer | None) -> Expected:
    """What is expected without a mention, in a thread with an answer in it or in a channel set to every question."""
    question = looks_like_question(incoming.text)
    if previous is None:
        return "something" if question else "nothing"
    asker = previous.asker == incoming.user
    own = previous.message_ts == incoming.thread_ts or front.claims.known(message_key(incoming.channel, incoming.thread_ts))
    follow_up = read_follow_up(incoming.text)
    if follow_up and (asker or (own and follow_up.kind != "not_it")):
        return "anything"
    return "nothing" if follow_up else expected(own, asker, question)


def _ask(front: Front, incoming: Incoming, reader: Reader, setting: ChannelSetting, wants: Expected, threaded: bool) -> Composed | None:
    question = question_of(front, incoming.text, incoming.user, reader.audience)
    too_little = {"anything": (), "something": (NoAnswer,), "sure": (NoAnswer, Suggestions), "nothing": (NoAnswer, Suggestions, Answer)}[wants]
    # What people say to each other in a thread is not stored; in a channel set to every question, all questions are.
    if wants != "anything" and threaded and isinstance(front.asker.outcome(question), too_little):
        return None
    asked, shown = ask_and_store(front, question, incoming.channel, incoming.reply_thread, incoming.user)
    if isinstance(asked.outcome, too_little):
        return None
    message = outcome_message(asked.outcome, asked.hits, shown, False, reader.public_only, can_hand_over(front, setting))
    return Composed((message,), shown.id)


def _follow(front: Front, incoming: Incoming, previous: ShownAnswer, follow_up: FollowUp, reader: Reader) -> Composed | None:
    """What to say to a follow-up; None for nothing."""
    if follow_up.kind == "thanks":
        return Composed((notice("You are welcome."),)) if incoming.addressed else None
    if previous.outcome == "suggestions":
        chosen_none = follow_up.kind == "not_it"
        return Composed((none_of_these(front, previous, incoming.user) if chosen_none else notice("Choose one of the titles above."),))
    if not previous.entry_id:
        return Composed((notice("There is no answer above to go on from. Ask your question in other words."),)) if incoming.addressed else None
    if follow_up.kind == "not_it":
        return not_it(front, previous, incoming.user, incoming.reply_thread, reader)
    answer = stored_answer(front, previous, reader.audience)
    if answer is None:
        return Composed((notice(GONE),))
    if follow_up.kind == "channel":
        return _by_channel(front, previous, answer, follow_up.channel, incoming, reader)
    pages = len(answer_pages(answer.entry, previous.reply))
    if follow_up.kind == "all":
        shown = [_again(front, previous, answer, incoming, page, previous.reply) for page in range(pages)]
        return Composed(tuple(stored_message(front, one, reader.audience, False) for one in shown), shown[-1].id)
    if previous.page + 1 >= pages:
        return Composed((notice("That was all of it: there are no further steps."),))
    one = _again(front, previous, answer, incoming, previous.page + 1, previous.reply)
    return Composed((stored_message(front, one, reader.audience, False),), one.id)


def not_it(front: Front, previous: ShownAnswer, user: str, thread_ts: str, reader: Reader) -> Composed:
    """The asker says no to an answer: remember it, and offer what comes next."""
    front.log.store_feedback(previous.query_id, False, reason="wrong_procedure", asker=front.known_as(user))
    stored = front.log.question(previous.query_id)
    rejected = (*previous.rejected, previous.entry_id)
    hits = tuple(hit for hit in front.asker.search(stored.text, reader.audience, 10)[1] if hit.entry.id not in rejected) if stored else ()
    asked = Asked(previous.query_id, _offer(hits), hits, "", front.index.get().generation, 0.0)
    shown = front.answers.store(asked, previous.channel, thread_ts, user, rejected=rejected)
    setting = front.channels.get(previous.channel)
    return Composed((outcome_message(asked.outcome, hits, shown, False, reader.public_only, can_hand_over(front, setting)),), shown.id)


def none_of_these(front: Front, shown: ShownAnswer, user: str) -> Message:
    """The asker says no to all suggestions: so it is a gap."""
    front.log.store_feedback(shown.query_id, False, reason="missing", asker=front.known_as(user))
    front.answers.change(shown.id, outcome="no_answer", offered=[])
    setting = front.channels.get(shown.channel)
    return outcome_message(NoAnswer(0.0), (), shown, False, False, can_hand_over(front, setting))


def _offer(hits: tuple[Hit, ...]) -> Outcome:
    """What is left, by title only: the bot has been wrong once, so the asker chooses."""
    likely = nearest(hits, MAX_SUGGESTIONS)
    return Suggestions(likely, likely[0].confidence) if likely else NoAnswer(0.0)


def _by_channel(front: Front, previous: ShownAnswer, answer: Answer, channel: str, incoming: Incoming, reader: Reader) -> Composed:
    position = reply_for(answer.entry, channel)
    if position is None:
        names = ", ".join(safe(reply_name(reply)) for reply in answer.entry.replies)
        have = f" It has: {names}." if names else " It has no scripted replies at all."
        return Composed((notice(f"*{safe(answer.entry.title)}* has no scripted reply for {CHANNELS[channel].lower()}.{have}"),))
    pages = answer_pages(answer.entry, position)
    one = _again(front, previous, answer, incoming, len(pages) - 1, position)
    return Composed((stored_message(front, one, reader.audience, False),), one.id)


def _again(front: Front, previous: ShownAnswer, answer: Answer, incoming: Incoming, page: int, reply: int) -> ShownAnswer:
    """The same answer once more, as a message of its own."""
    asked = Asked(previous.query_id, answer, (), "", "", 0.0)
    shown = front.answers.store(asked, previous.channel, incoming.reply_thread, previous.asker, reply, previous.rejected, previous.customer)
    front.answers.change(shown.id, page=page)
    return front.answers.get(shown.id) or shown
