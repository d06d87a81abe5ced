"""People who use a server for a while: asks it what no document covers, and chooses among suggestions. Run in the clean root, with its `.venv`."""

from __future__ import annotations

import json
import sqlite3
import time
import urllib.request
from typing import Any

_SERVER = "http://127.0.0.1:8000"
TOPICS = (
    "the coffee machine in the staff room leaks",
    "who feeds the office cat over Christmas",
    "translate a letter into Portuguese",
    "what is the capital of Mongolia",
    "our server room smells of smoke",
    "can I bring my daughter to work on Friday",
    "a journalist wants an interview about strikes",
    "do you rent out surfboards",
    "which horse wins the derby",
    "somebody painted graffiti on the warehouse",
    "recipe for lentil soup",
    "customer asks for a violin teacher",
    "how are pensions taxed",
    "tickets for the opera",
    "the lift is stuck between two floors",
    "when do tomatoes need water",
    "install a printer driver",
    "vaccination before a trip to Kenya",
)
"""Each of another matter: gaps 1, 2, 3 and so on."""
UNCLEAR = (
    *("return", "refund bike", "money back please", "my parcel", "cancel", "change address", "broken", "late", "complaint"),
    *("delivery", "pay later", "gift", "password", "wrong size", "order wrong", "discount"),
)
"""Several entries may be meant; a choice proposes a wording: proposals 1, 2, 3 and so on, more than any document names."""


def main() -> None:
    """Ask everything, once the server is ready."""
    _wait()
    for topic in TOPICS:
        _sent("ask", {"question": topic})
    for question in UNCLEAR:
        asked = _sent("ask", {"question": question})
        if asked["suggestions"]:
            _sent("choices", {"query_id": asked["query_id"], "entry_id": asked["suggestions"][0]["entry_id"]})
    _ten_minutes_go_by()


def _ten_minutes_go_by() -> None:
    """For the choices: until then they are no proposals."""
    with sqlite3.connect("data/sopbot.db") as database:
        database.execute("UPDATE choices SET chosen_at = strftime('%Y-%m-%d %H:%M:%f000', 'now', '-10 minutes')")


def _wait() -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{_SERVER}/readyz", timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"No server is ready at {_SERVER}.")


def _sent(call: str, body: dict[str, str]) -> dict[str, Any]:
    request = urllib.request.Request(f"{_SERVER}/v1/{call}", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        answer: dict[str, Any] = json.load(response)
    return answer


if __name__ == "__main__":
    main()
