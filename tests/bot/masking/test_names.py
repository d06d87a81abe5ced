from __future__ import annotations

import json

import pytest

from bot.masking import mask
from index.corpus import read_corpus
from tests.conftest import ROOT
from tests.fakes import KNOWLEDGE

EVAL = ROOT.parent / "shared" / "eval"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Hi, my name is Jane van der Berg and my parcel is late", "Hi, my name is [name] and my parcel is late"),
        ("my name is jane doe, where is my refund", "my name is [name], where is my refund"),
        ("MY NAME IS JANE DOE AND I AM ANGRY", "MY NAME IS [name] AND I AM ANGRY"),
        ("I am Jane Doe. I ordered", "I am [name]. I ordered"),
        ("I'm Jane from accounts", "I'm [name] from accounts"),
        ("Hello, this is Jane speaking", "Hello, this is [name] speaking"),
        ("Dear Mr. J. R. O’Hara,\nwhere", "Dear Mr. [name],\nwhere"),
        ("hi jane, can you help", "hi [name], can you help"),
        ("Where is it?\n\nKind regards,\nJane Doe\nACME", "Where is it?\n\nKind regards,\n[name]\nACME"),
        ("where is it? Thanks, Jane", "where is it? Thanks, [name]"),
        ("Mit freundlichen Grüßen\nJürgen Groß", "Mit freundlichen Grüßen\n[name]"),
        ("I spoke to Tom yesterday", "I spoke to [name] yesterday"),
        ("my wife Anna ordered it", "my wife [name] ordered it"),
        ("Customer name: anna k. meier", "Customer name: [name]"),
        ("it was for Mrs Doe.", "it was for Mrs [name]."),
    ],
)
def test_a_name_is_replaced_where_the_words_around_it_say_so(text: str, masked: str) -> None:
    """Introductions, greetings, signatures, titles, relations; the words around stay."""
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "my name is wrong on the invoice",
        "my name is misspelled, can you change it",
        "My name is not on the booking",
        "Hi there, hello team! Dear Sir or Madam, good morning all,",
        "Dear customer support,\nmy Trailblazer 500 is broken",
        "I am Very unhappy. I'm Still waiting",
        "I'm German, do you ship to Austria",
        "This is Urgent. This is the Trail Finder",
        "I spoke to Customer Service and to Support",
        "Thanks in advance\nRegards",
        "Thanks, Team",
        "Dr. Martens boots and a crate of Dr Pepper",
        "MS Teams does not open, nor does MS Word",
        "the customer Portal and the assistant Manager role",
        "Best Buy sells it too. Best\n",
        "Will Mark Rose help May or June?",
        "{{customer_name}}, regards, {{agent_name}}",
    ],
)
def test_other_words_stay(text: str) -> None:
    """Products, departments, feelings and what looks like a name elsewhere are kept."""
    assert mask(text) == text


def test_nothing_in_the_knowledge_base_is_taken_for_a_person() -> None:
    """No title, question, step or reply of this repository loses a word to a name or an address; phone numbers may go."""
    entries = read_corpus(KNOWLEDGE).entries
    texts = [
        text for entry in entries for text in (entry.title, *entry.questions, *(step.text for step in entry.steps), *(reply.body for reply in entry.replies))
    ]
    assert len(texts) > 1_000
    assert [text for text in texts if "[name]" in mask(text) or "[address]" in mask(text)] == []


@pytest.mark.skipif(not EVAL.is_dir(), reason="the evaluation sets are not on this machine")
def test_of_real_questions_hardly_any_loses_a_word_that_is_no_name() -> None:
    """Of some thousands of questions, those masked without saying "name", "I am" or an address are fewer than one in two hundred."""
    asked = [json.loads(line)["text"] for file in sorted(EVAL.glob("*/queries.jsonl")) for line in file.read_text().splitlines()]
    masked = [text for text in asked if "[name]" in mask(text)]
    unexplained = [text for text in masked if not any(words in text.lower() for words in ("name", "i am ", "i'm ", "this is "))]
    assert len(asked) > 5_000
    assert len(unexplained) < len(asked) / 200
