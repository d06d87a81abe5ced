"""Lines that show how a command is used -> the end of its `--help`."""

from __future__ import annotations


def examples(*lines: str) -> str:
    """The end of a command's help: how it is used, line by line.

    Args:
        lines: commands as people type them, each perhaps with what it does behind two or more spaces.

    Returns:
        For click's `epilog`; it keeps these lines as they are.
    """
    return "\n".join(["\b", "For example:", *(f"  {line}" for line in lines)])
