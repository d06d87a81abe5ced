"""A short run of the soak; `scripts/soak.py` runs for as long as one likes."""

from __future__ import annotations

from pathlib import Path

from scripts.soak import draw, soak


def test_rebuilds_under_load_fail_no_request_and_mix_no_answer(encoder_path: Path, tmp_path: Path) -> None:
    """Every request is answered, from one generation each; new ones are taken up; memory does not grow with their number."""
    knowledge = tmp_path / "knowledge"
    (knowledge / "faqs").mkdir(parents=True)
    (knowledge / "faqs" / "shop.md").write_text("# Shop\n\n## Where is my refund?\n\nOn its way.\n\n## How do I book a repair?\n\nOnline.\n")
    soaked = soak(12.0, 1.0, 2, knowledge, encoder_path.parent)
    assert (soaked.failed, soaked.mixed) == ([], [])
    assert soaked.switches >= 2
    assert soaked.requests > 20
    assert soaked.memory_growth_mb < 40
    draw(soaked, tmp_path / "soak.png")
    assert (tmp_path / "soak.png").read_bytes().startswith(b"\x89PNG")
