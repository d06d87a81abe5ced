"""What is wrong in a knowledge folder, beyond what keeps a document from being read: findings with place and remedy.

`check.lint` gives all findings; `check.lint_errors` those that should stop a build. `rules.RULES` lists what is looked for.
"""
