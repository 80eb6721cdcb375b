"""Fragments in `docs/changes/` are named and written so that a release can gather them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT

FRAGMENT = re.compile(r"\d+\.(feature|fix|removal|security|doc)(\.[a-z0-9-]+)?\.md")
# One sentence; more belongs into the documentation that the sentence can name.
FRAGMENT_CHARACTERS_MAX = 300


def faults(folder: Path) -> Iterator[str]:
    """Yield what is wrong with the fragments in a folder."""
    for path in sorted(folder.glob("*.md")):
        if path.name == "README.md":
            continue
        text = path.read_text(encoding="utf-8")
        if FRAGMENT.fullmatch(path.name) is None:
            yield f"{path.name} is not named <issue>.<kind>.md"
        if len(text) > FRAGMENT_CHARACTERS_MAX or text.count("\n") != 1 or text[-2:] != ".\n":
            yield f"{path.name} is not one sentence on one line"


def test_the_fragments_are_in_order() -> None:
    assert list(faults(ROOT / "docs" / "changes")) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("feature.md", "It works.\n"),
        ("1.improvement.md", "It works.\n"),
        ("1.fix.md", "It works\n"),
        ("1.fix.md", "It works.\nAnd more.\n"),
    ],
)
def test_a_faulty_fragment_is_found(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")

    assert len(list(faults(tmp_path))) == 1
