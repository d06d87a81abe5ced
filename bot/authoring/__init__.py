"""Changes to Markdown documents that touch only the lines they mean to.

Each is made in two steps: a function of `questions`, `review_dates`, `steps` or `drafts` gives an `Edit` with its
difference to show; `KnowledgeFolder.apply` saves it, unless the file has changed meanwhile.
"""
