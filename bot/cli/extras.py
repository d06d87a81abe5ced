"""A library that is not installed -> the extra that brings it. Serving needs none of these."""

from __future__ import annotations

EXTRA_OF = {
    "onnx": "build",
    "sentence_transformers": "build",
    "sklearn": "build",
    "torch": "build",
    "transformers": "build",
    "ir_measures": "evaluate",
    "matplotlib": "evaluate",
    "authlib": "oidc",
    "httpx": "oidc",
    "itsdangerous": "oidc",
    "psycopg": "postgres",
}
"""By the name under which Python knows the library."""


def missing_extra(error: ModuleNotFoundError) -> str | None:
    """What to install when a library is missing.

    Args:
        error: as Python raised it.

    Returns:
        One or two sentences; None when no extra has the library, which is then a fault of ours or of the installation.
    """
    library = (error.name or "").partition(".")[0]
    extra = EXTRA_OF.get(library)
    return f"This needs {library}, which is not installed. Install it with: pip install 'sopbot[{extra}]'" if extra else None
