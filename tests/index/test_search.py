"""One generation, asked: the right entries first, and nothing internal for the public."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from index.current import CurrentIndex
from index.errors import GenerationError
from index.recent import RecentHits
from index.search import Index, open_index
from index.storage import Generations
from tests.index.copies import copy_generation


@pytest.fixture(scope="module")
def index(starter_data: Path) -> Index:
    """The starter knowledge base."""
    return open_index(starter_data)


@pytest.mark.parametrize(
    ("question", "entry_id"),
    [
        ("how do I handle a refund complaint", "handle-refund-complaint"),
        ("customer wants their money back, item arrived broken", "item-arrived-damaged"),
        ("what do I write to somebody who left us a nice comment", "thank-for-a-compliment"),
        ("angry caller asks for the manager", "escalate-complaint"),
        ("how late can we answer a chat", "answer-within-response-time"),
    ],
)
def test_the_right_procedure_comes_first(index: Index, question: str, entry_id: str) -> None:
    """Questions as agents ask them find their procedure."""
    assert index.search(question, "internal", 1)[0].entry.id == entry_id


def test_an_answer_for_customers_is_no_rival_of_the_procedure(index: Index) -> None:
    """The team gets the procedure with a sure lead though a FAQ answers nearly the same; that one is offered beside it."""
    first, second, *_ = index.search("customer forgot password", "internal", 3)
    assert (first.entry.kind, first.entry.id, second.entry.kind) == ("sop", "help-with-login", "faq")
    assert first.lead > 0.8


def test_nothing_internal_is_found_for_the_public(index: Index) -> None:
    """Over the titles and questions of all entries: a public search gives public entries, as if there were no others."""
    entries = index.entries("internal")
    public = {entry.id for entry in index.entries("public")}
    internal = {entry.id for entry in entries} - public
    assert internal
    assert public
    for entry in entries:
        for text in (entry.title, *entry.questions):
            assert {hit.entry.id for hit in index.search(text, "public", 100)} <= public
    for entry_id in internal:
        assert index.entry(entry_id, "public") is None
        assert index.hit("anything", entry_id, "public") is None


def test_places_of_internal_entries_are_not_those_of_public_ones(starter_data: Path, tmp_path: Path) -> None:
    """Where internal documents come first in the folder, a public question gets the public entry and its own chunk, however it is asked for."""
    from index.build import build_index
    from index.export import DEFAULT_MODEL

    data, faqs = tmp_path / "data", tmp_path / "knowledge" / "faqs"
    (data / "cache").mkdir(parents=True)
    (data / "cache" / "encoders").symlink_to(starter_data / "cache" / "encoders")
    shutil.copy(starter_data / "cache" / "vectors.db", data / "cache" / "vectors.db")
    faqs.mkdir(parents=True)
    (faqs / "a.md").write_text("# A\n\n## When do we close the till?\n\nAt six.\n\n## Who has the key of the safe?\n\nThe lead.\n")
    (faqs / "b.md").write_text("---\naudience: public\n---\n\n# B\n\n## When do you open?\n\nAt nine.\n")
    build_index(tmp_path / "knowledge", data, DEFAULT_MODEL)
    index = open_index(data)
    for question in ("When do you open?", "When do we close the till?"):
        (hit,) = index.search(question, "public", 9)
        assert (hit.entry.id, hit.chunk.entry_id) == ("b#when-do-you-open", "b#when-do-you-open")
    chosen = index.hit("When do you open?", "b#when-do-you-open", "public")
    assert chosen
    assert chosen.entry == index.entry("b#when-do-you-open", "public") == index.entry("b#when-do-you-open", "internal")


def test_internal_entries_do_not_move_public_scores(index: Index, starter_data: Path, tmp_path: Path) -> None:
    """Without the SOPs, public questions get the same scores to the last digit: there is nothing to infer from."""
    from index.build import build_index
    from index.export import DEFAULT_MODEL

    data = tmp_path / "data"
    (data / "cache").mkdir(parents=True)
    (data / "cache" / "encoders").symlink_to(starter_data / "cache" / "encoders")
    shutil.copy(starter_data / "cache" / "vectors.db", data / "cache" / "vectors.db")
    shutil.copytree(Path(__file__).parent.parent.parent / "knowledge" / "faqs", tmp_path / "knowledge" / "faqs")
    build_index(tmp_path / "knowledge", data, DEFAULT_MODEL)
    alone = open_index(data)
    for question in ("where is my refund", "angry caller asks for the manager", "ERR-4012"):
        mixed = [(hit.entry.title, hit.score, hit.confidence) for hit in index.search(question, "public", 10)]
        assert mixed == [(hit.entry.title, hit.score, hit.confidence) for hit in alone.search(question, "public", 10)]


def test_every_hit_says_where_it_matched(index: Index) -> None:
    """The chunk belongs to the entry, confidences are probabilities and fall, each entry stands once."""
    hits = index.search("customer is angry about a late parcel", "internal", 20)
    assert len({hit.entry.id for hit in hits}) == len(hits) == 20
    assert all(hit.chunk.entry_id == hit.entry.id for hit in hits)
    confidences = [hit.confidence for hit in hits]
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 <= confidence <= 1 for confidence in confidences)


def test_a_chosen_entry_is_given_whatever_its_rank(index: Index) -> None:
    """`hit` finds an entry that search would not show."""
    hit = index.hit("reset the VPN router", "verify-identity", "internal")
    assert hit
    assert hit.entry.id == "verify-identity"


@pytest.mark.parametrize(
    "question",
    [
        "How do I handle a refund complaint? And when can we answer a chat?",
        "My parcel is late. How do I reset the password?",
        " ".join(["The customer wrote to us on Monday and told us a long story about the bicycle and its colours."] * 20) + " When can we answer a chat?",
    ],
)
def test_a_chosen_entry_is_as_likely_as_the_search_said(index: Index, question: str) -> None:
    """Also where a double question or a long message was looked at in its parts."""
    for hit in index.search(question, "internal", 10):
        chosen = index.hit(question, hit.entry.id, "internal")
        assert chosen
        assert (chosen.confidence, chosen.chunk) == (hit.confidence, hit.chunk)


def test_a_repeated_question_is_remembered_for_its_audience_and_limit(index: Index) -> None:
    """The same hits as the first time, and as a search; asked by others, or for more, it is searched."""
    question = "when do I get my money back, please"
    first, remembered = index.found(question, "internal", 3)
    again = index.found(question, "internal", 3)
    assert (remembered, again) == (False, (first, True))
    assert first == index.search(question, "internal", 3)
    public, remembered = index.found(question, "public", 3)
    assert (remembered, {hit.entry.audience for hit in public}) == (False, {"public"})
    assert (len(index.found(question, "internal", 4)[0]), index.found(question, "internal", 4)[1]) == (4, True)


def test_no_other_generation_remembers(index: Index, starter_data: Path) -> None:
    """What one opened index was asked, another one searches."""
    index.found("where is my parcel", "public", 5)
    assert not open_index(starter_data).found("where is my parcel", "public", 5)[1]


def test_what_is_remembered_goes_at_midnight_where_entries_are_withheld(starter_data: Path) -> None:
    """On the day after its review date an entry is in no hit, though the question was asked the day before."""
    today = date(2026, 1, 1)
    index = open_index(starter_data, withheld_from=lambda: today)
    question, entry_id = "when is it wrong to suggest another product", "cross-sell-and-upsell"
    assert [hit.entry.id for hit in index.found(question, "internal", 1)[0]] == [entry_id]
    assert entry_id in {entry.id for entry in index.entries("internal")}
    today = date(2026, 11, 22)
    assert [hit.entry.id for hit in index.found(question, "internal", 1)[0]] != [entry_id]
    assert entry_id not in {entry.id for entry in index.entries("internal")}


def test_only_so_many_questions_are_remembered(index: Index) -> None:
    """The one that was not asked for longest makes room."""
    recent, hits = RecentHits(2), index.search("where is my parcel", "public", 1)
    for question in ("a", "b", "a", "c"):
        if recent.get((question, "public", 1, 0)) is None:
            recent.put((question, "public", 1, 0), hits)
    assert [recent.get((question, "public", 1, 0)) is not None for question in "abc"] == [True, False, True]


def test_the_current_index_follows_a_switch_and_survives_damage(starter_data: Path, tmp_path: Path) -> None:
    """A new generation is taken up; a damaged one is not, and the old one goes on."""
    data = tmp_path / "data"
    data.mkdir()
    shutil.copytree(starter_data / "generations", data / "generations")
    shutil.copy(starter_data / "CURRENT", data / "CURRENT")
    generations = Generations(data)
    current = CurrentIndex(data)
    first = current.get()
    copy_generation(generations, "000002")
    generations.switch("000002")
    assert current.get().generation == "000002"
    copy_generation(generations, "000003")
    (generations.path("000003") / "internal" / "whitened.npy").write_bytes(b"damaged")
    generations.switch("000003")
    assert current.get().generation == "000002"
    assert first.search("refund", "internal", 1)
    assert CurrentIndex(data).get().generation == "000002"


def test_no_index_yet_says_how_to_make_one(tmp_path: Path) -> None:
    """The first thing a new user may see names the command."""
    with pytest.raises(GenerationError, match="sopbot index build"):
        CurrentIndex(tmp_path).get()


def test_withheld_entries_are_as_if_they_were_not_there(starter_data: Path) -> None:
    """Past their review date they are in no hit, no list, and not given by id; the next best leads in their place."""
    whole = open_index(starter_data)
    late = [entry for entry in whole.entries("internal") if entry.review_by and entry.review_by < date(2026, 11, 22)]
    assert [entry.id for entry in late] == ["cross-sell-and-upsell"]
    index = open_index(starter_data, withheld_from=lambda: date(2026, 11, 22))
    question = "when would it be wrong to suggest another product to somebody"
    first, second, *_ = whole.search(question, "internal", 50)
    assert first.entry.id == "cross-sell-and-upsell"
    hits = index.search(question, "internal", 200)
    assert len(hits) == len(whole.entries("internal")) - 1
    assert hits[0].entry.id == second.entry.id
    assert hits[0].lead > 0 == second.lead
    assert "cross-sell-and-upsell" not in {hit.entry.id for hit in hits} | {entry.id for entry in index.entries("internal")}
    assert index.hit(question, "cross-sell-and-upsell", "internal") is None
    assert index.entry("cross-sell-and-upsell", "internal") is None


def test_people_outside_do_not_learn_who_answers_for_a_document(index: Index) -> None:
    """Owners are there for the team, of public entries too; for the public in no entry, however it is asked for."""
    owned = [entry for entry in index.entries("internal") if entry.owner and entry.audience == "public"]
    assert owned
    for entry in owned:
        seen, hit = index.entry(entry.id, "public"), index.hit(entry.title, entry.id, "public")
        assert seen == replace(entry, owner="")
        assert hit is not None
        assert hit.entry == seen
    assert {entry.owner for entry in index.entries("public")} == {""}


@pytest.mark.parametrize(("today", "there"), [(date(2026, 9, 10), True), (date(2026, 9, 11), False)])
def test_an_entry_is_withheld_from_the_day_after_its_review_date(starter_data: Path, today: date, there: bool) -> None:
    """On the day itself it still answers: in every way in which it can be asked for."""
    index = open_index(starter_data, withheld_from=lambda: today)
    assert (index.entry("cross-sell-and-upsell", "internal") is not None) == there
    assert ("cross-sell-and-upsell" in {entry.id for entry in index.entries("internal")}) == there
    assert {entry.audience for entry in index.entries("public")} == {"public"}
    hits = index.search("when is it wrong to suggest another product", "internal", 200)
    assert ("cross-sell-and-upsell" in {hit.entry.id for hit in hits}) == there


def test_when_all_are_withheld_nothing_is_found(starter_data: Path) -> None:
    """A knowledge base that nobody looks after answers nothing, and does not fail."""
    index = open_index(starter_data, withheld_from=lambda: date(2040, 1, 1))
    assert index.search("where is my refund", "public", 5) == ()
    assert index.entries("public") == ()


def test_withholding_nothing_changes_nothing(starter_data: Path) -> None:
    """The same hits and figures as without."""
    plain, index = open_index(starter_data), open_index(starter_data, withheld_from=lambda: date(2020, 1, 1))
    assert index.search("where is my refund", "internal", 5) == plain.search("where is my refund", "internal", 5)


def test_what_is_past_review_is_listed_for_whoever_reviews_it(starter_data: Path) -> None:
    """Also where such entries are withheld; the longest overdue first, and none that has no date or is due that day."""
    day = date(2027, 4, 12)
    index = open_index(starter_data, withheld_from=lambda: date(2040, 1, 1))
    late = index.past_review(day)
    everything = open_index(starter_data).entries("internal")
    assert {entry.id for entry in late} == {entry.id for entry in everything if entry.review_by and entry.review_by < day}
    assert 0 < len(late) < len(everything)
    assert [entry.review_by for entry in late] == sorted(entry.review_by for entry in late if entry.review_by)
