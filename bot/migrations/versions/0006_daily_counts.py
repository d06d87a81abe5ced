"""Daily counts of questions and entries, filled from what is stored; an index for checklists by when they began."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0003"
branch_labels = None
depends_on = None

_QUESTION_COUNTS = ("answers", "suggestions", "no_answers", "chosen", "helpful", "unhelpful", "first_right", "first_wrong")
_ENTRY_COUNTS = ("nearest", "answered", "chosen", "replaced", "helpful", "unhelpful", "wrong_steps")

# Of each question: what was said last, and whether an entry other than the answer was chosen. The entry that ranked first is
# not stored; for what was answered, it is the answer.
_STANDINGS = """
WITH said AS (
    SELECT question_id, helpful, entry_id FROM feedback WHERE id IN (SELECT max(id) FROM feedback WHERE question_id IS NOT NULL GROUP BY question_id)
), picked AS (
    SELECT c.question_id, max(CASE WHEN c.entry_id <> q.entry_id THEN 1 ELSE 0 END) AS another
    FROM choices c JOIN questions q ON q.id = c.question_id GROUP BY c.question_id
)
"""
_FROM = "FROM questions q LEFT JOIN said s ON s.question_id = q.id LEFT JOIN picked p ON p.question_id = q.id"
_FILL_QUESTIONS = f"""
INSERT INTO question_days (day, front_end, audience, channel, {", ".join(_QUESTION_COUNTS)})
{_STANDINGS}
SELECT date(q.asked_at), q.front_end, q.audience, q.channel,
    sum(CASE WHEN q.outcome = 'answer' THEN 1 ELSE 0 END),
    sum(CASE WHEN q.outcome = 'suggestions' THEN 1 ELSE 0 END),
    sum(CASE WHEN q.outcome = 'no_answer' THEN 1 ELSE 0 END),
    sum(CASE WHEN q.outcome = 'suggestions' AND p.question_id IS NOT NULL THEN 1 ELSE 0 END),
    sum(CASE WHEN q.outcome <> 'no_answer' AND s.helpful THEN 1 ELSE 0 END),
    sum(CASE WHEN q.outcome <> 'no_answer' AND NOT s.helpful THEN 1 ELSE 0 END),
    sum(CASE WHEN q.outcome = 'answer' AND COALESCE(p.another, 0) = 0 AND s.helpful AND s.entry_id = q.entry_id THEN 1 ELSE 0 END),
    sum(CASE WHEN q.outcome = 'answer' AND (COALESCE(p.another, 0) = 1 OR (NOT s.helpful AND s.entry_id = q.entry_id)) THEN 1 ELSE 0 END)
{_FROM} GROUP BY date(q.asked_at), q.front_end, q.audience, q.channel
"""
_FILL_ENTRIES = f"""
INSERT INTO entry_days (day, entry_id, audience, {", ".join(_ENTRY_COUNTS)})
{_STANDINGS}
SELECT day, entry_id, audience, {", ".join(f"sum({name})" for name in _ENTRY_COUNTS)} FROM (
    SELECT date(q.asked_at) AS day, q.entry_id AS entry_id, q.audience AS audience, 1 AS nearest, 1 AS answered, 0 AS chosen,
        COALESCE(p.another, 0) AS replaced, 0 AS helpful, 0 AS unhelpful, 0 AS wrong_steps
    {_FROM} WHERE q.entry_id <> ''
    UNION ALL
    SELECT date(q.asked_at), c.entry_id, q.audience, 0, 0, 1, 0, 0, 0, 0
    FROM (SELECT DISTINCT question_id, entry_id FROM choices) c JOIN questions q ON q.id = c.question_id WHERE c.entry_id <> q.entry_id
    UNION ALL
    SELECT date(q.asked_at), s.entry_id, q.audience, 0, 0, 0, 0, CASE WHEN s.helpful THEN 1 ELSE 0 END, CASE WHEN s.helpful THEN 0 ELSE 1 END, 0
    FROM said s JOIN questions q ON q.id = s.question_id WHERE s.entry_id <> '' AND q.outcome <> 'no_answer'
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
    )
    op.create_table(
        "entry_days",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("entry_id", sa.String(255), nullable=False),
        sa.Column("audience", sa.String(16), nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in _ENTRY_COUNTS),
        sa.PrimaryKeyConstraint("day", "entry_id", "audience", name="pk_entry_days"),
    )
    op.create_index("ix_questions_asker", "questions", ["asker"])
    op.create_index("ix_slack_checklists_started_at", "slack_checklists", ["started_at"])
    op.execute(_FILL_QUESTIONS)
    op.execute(_FILL_ENTRIES)


def downgrade() -> None:
    """Remove them; they can be counted again from the questions that are stored."""
    op.drop_index("ix_slack_checklists_started_at", "slack_checklists")
    op.drop_index("ix_questions_asker", "questions")
    op.drop_table("entry_days")
    op.drop_table("question_days")
