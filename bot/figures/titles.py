"""The id of an entry -> its title, in whatever index answers at the moment."""

from __future__ import annotations

from collections.abc import Callable

from index.current import CurrentIndex
from index.errors import IndexLibraryError


def titles_of(index: CurrentIndex) -> Callable[[str], str | None]:
    """What gives the title of an entry that answers now; None for one that is gone, and without an index."""

    def title(entry_id: str) -> str | None:
        try:
            entry = index.get().entry(entry_id, "internal")
        except IndexLibraryError:
            return None
        return entry.title if entry else None

    return title
