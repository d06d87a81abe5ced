from __future__ import annotations

import pytest

from bot.limits import Limit


def test_each_identity_has_its_own_allowance() -> None:
    """After the third request of one, the others still go on."""
    limit = Limit("3/minute")
    assert [limit.wait("a") for _ in range(3)] == [0, 0, 0]
    assert 1 <= limit.wait("a") <= 60
    assert limit.wait("b") == 0


def test_no_rate_is_no_limit() -> None:
    """An empty rate lets everything pass."""
    limit = Limit("")
    assert {limit.wait("a") for _ in range(1_000)} == {0}


def test_nonsense_is_refused() -> None:
    """A rate that cannot be read is no rate."""
    with pytest.raises(ValueError, match="parse"):
        Limit("often")
