"""`/widget.js` and `/widget/demo` as they are sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot import web
from bot.web.widget.script import widget_script
from tests.bot.api.conftest import Serving, serve
from tests.fakes import knowledge_index

_PARTS = Path(web.__file__).parent / "widget"
_MOST_BYTES = 15_000
