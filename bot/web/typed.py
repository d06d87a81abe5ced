"""What a form sends of a text -> the text as its field counts it: browsers send each line end as two characters and count one."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

Typed = Annotated[str, AfterValidator(lambda text: text.replace("\r\n", "\n"))]
"""A text of several lines, no longer than the `maxlength` of its field allows."""
