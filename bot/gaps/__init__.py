"""Questions that got no good answer -> gaps: groups by meaning that people work off, and that close by evidence.

The way of the data: `signals` (what counts as not answered) -> `intake` (joins a gap or founds one) -> `regrouping` (all at
once, identities kept) -> `reading` and `actions` (what people see and do) -> `recheck` (the gap's own questions, asked again
after a rebuild) -> `telling` (whoever wanted to know). `upkeep` runs these. Writing the document itself is `bot.authoring`.
"""
