"""Daily counts of questions and entries, filled from what is stored; an index for checklists by when they began."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_QUESTION_COUNTS = ("answers", "suggestions", "no_answers", "chosen", "helpful", "unhelpful", "first_right", "first_wrong")
_ENTRY_COUNTS = ("nearest", "answered", "chosen", "replaced", "helpful", "unhelpful", "wrong_steps")

# Of each question: what was said last, and whether an entry was chosen, or one other than the answer. Each is looked up by an
# index, so that a million questions take half a minute. The entry that ranked first is not stored; for what was answered, it
# is the answer.
_STANDINGS = """
WITH standings AS (
    SELECT q.id, date(q.asked_at) AS day, q.front_end, q.audience, q.channel, q.outcome, q.entry_id,
        (SELECT max(CASE WHEN c.entry_id <> q.entry_id THEN 1 ELSE 0 END) FROM choices c WHERE c.question_id = q.id) AS another,
        s.helpful AS helpful, s.entry_id AS about
    FROM questions q LEFT JOIN feedback s ON s.id = (SELECT max(f.id) FROM feedback f WHERE f.question_id = q.id)
)
"""
_FILL_QUESTIONS = f"""
INSERT INTO question_days (day, front_end, audience, channel, {", ".join(_QUESTION_COUNTS)})
{_STANDINGS}
SELECT day, front_end, audience, channel,
    sum(CASE WHEN outcome = 'answer' THEN 1 ELSE 0 END),
    sum(CASE WHEN outcome = 'suggestions' THEN 1 ELSE 0 END),
    sum(CASE WHEN outcome = 'no_answer' THEN 1 ELSE 0 END),
    sum(CASE WHEN outcome = 'suggestions' AND another IS NOT NULL THEN 1 ELSE 0 END),
    sum(CASE WHEN outcome <> 'no_answer' AND helpful THEN 1 ELSE 0 END),
    sum(CASE WHEN outcome <> 'no_answer' AND NOT helpful THEN 1 ELSE 0 END),
    sum(CASE WHEN outcome = 'answer' AND COALESCE(another, 0) = 0 AND helpful AND about = entry_id THEN 1 ELSE 0 END),
    sum(CASE WHEN outcome = 'answer' AND (COALESCE(another, 0) = 1 OR (NOT helpful AND about = entry_id)) THEN 1 ELSE 0 END)
FROM standings GROUP BY day, front_end, audience, channel
"""  # noqa: S608 - put together from the constants above
_FILL_ENTRIES = f"""
INSERT INTO entry_days (day, entry_id, audience, {", ".join(_ENTRY_COUNTS)})
{_STANDINGS}
SELECT day, entry_id, audience, {", ".join(f"sum({name})" for name in _ENTRY_COUNTS)} FROM (
    SELECT day, entry_id, audience, 1 AS nearest, 1 AS answered, 0 AS chosen, COALESCE(another, 0) AS replaced, 0 AS helpful, 0 AS unhelpful, 0 AS wrong_steps
    FROM standings WHERE entry_id <> ''
    UNION ALL
    SELECT date(q.asked_at), c.entry_id, q.audience, 0, 0, 1, 0, 0, 0, 0
    FROM (SELECT DISTINCT question_id, entry_id FROM choices) c JOIN questions q ON q.id = c.question_id WHERE c.entry_id <> q.entry_id
    UNION ALL
    SELECT day, about, audience, 0, 0, 0, 0, CASE WHEN helpful THEN 1 ELSE 0 END, CASE WHEN helpful THEN 0 ELSE 1 END, 0
    FROM standings WHERE about <> '' AND outcome <> 'no_answer'
    UNION ALL
    SELECT date(COALESCE(q.asked_at, f.given_at)), f.entry_id, COALESCE(q.audience, ''), 0, 0, 0, 0,
        CASE WHEN q.id IS NULL AND f.helpful THEN 1 ELSE 0 END, CASE WHEN q.id IS NULL AND NOT f.helpful THEN 1 ELSE 0 END,
        CASE WHEN f.step <> '' THEN 1 ELSE 0 END
    FROM feedback f LEFT JOIN questions q ON q.id = f.question_id WHERE f.entry_id <> '' AND (q.id IS NULL OR f.step <> '')
) each_one GROUP BY day, entry_id, audience
"""  # noqa: S608 - put together from the constants above


def upgrade() -> None:
    """Make them and fill them."""
    op.create_table(
        "question_days",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("front_end", sa.String(16), nullable=False),
        sa.Column("audience", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in _QUESTION_COUNTS),
        sa.PrimaryKeyConstraint("day", "front_end", "audience", "channel", name="pk_question_days"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "entry_days",
        sa.Column("entry_id", sa.String(255), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("audience", sa.String(16), nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in _ENTRY_COUNTS),
        sa.PrimaryKeyConstraint("entry_id", "day", "audience", name="pk_entry_days"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_slack_checklists_started_at", "slack_checklists", ["started_at"])
    op.execute(_FILL_QUESTIONS)
    op.execute(_FILL_ENTRIES)


def downgrade() -> None:
    """Remove them; they can be counted again from the questions that are stored."""
    op.drop_index("ix_slack_checklists_started_at", "slack_checklists")
    op.drop_table("entry_days")
    op.drop_table("question_days")
