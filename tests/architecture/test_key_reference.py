"""The reference of all keys says of every key what it does, and of no other."""

import pytest

from docs.manifest_asks import DOCUMENTS, SAMPLES, Document, blocks_of
from docs.manifest_pages import block_texts, page_name, pages, text_name
from paasta_deploy.manifest import DeploymentSources, Strictness, load_deployment

NAMES = [document.what for document in DOCUMENTS]


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_a_sample_is_right(document: Document) -> None:
    assert list(document.read(lambda _: None)) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_every_key_that_a_parser_asks_for_is_told(document: Document) -> None:
    texts = block_texts()
    untold = {
        (what, key)
        for what, block in blocks_of(document).items()
        for text in [texts[text_name(document, what, texts)]]
        for key in block
        if key not in text.keys and key not in text.refused
    }

    # The old form of `releases` is read as well, but nobody is to be taught it.
    assert untold <= {(document.what, "release")}


def test_nothing_is_told_that_no_parser_asks_for() -> None:
    texts = block_texts()
    asked: dict[str, set[str]] = {}
    for document in DOCUMENTS:
        for what, block in blocks_of(document).items():
            asked.setdefault(text_name(document, what, texts), set()).update(block)

    assert {
        (name, key)
        for name, text in texts.items()
        for key in (*text.keys, *text.refused)
        if key not in asked.get(name, ())
    } == set()


def test_every_key_that_is_told_has_a_type() -> None:
    rows = [row.split("|") for page in pages().values() for row in page.splitlines()]
    keys = [cells for cells in rows if len(cells) > 5 and cells[1].strip().startswith("`")]

    assert len(keys) > 150
    assert [cells[1] for cells in keys if not cells[2].strip()] == []
    assert [cells[1] for cells in keys if cells[2].strip() == "list"] == []


def test_types_defaults_and_bounds_are_those_of_the_parsers() -> None:
    page = pages()["manifest.md"]

    assert "| `serial` | true or false |  | `true` |" in page
    assert "| `instances` | integer, at least 0, at most 100,000 | yes |  |" in page
    assert "| `lifecycle` | `service` or `errand` |  | `service` |" in page
    assert "| `jobs` | list of [job](#job) | yes |" in page
    assert "| `consumes` | [consumed link](#consumed-link) by name |" in page


def test_what_stands_in_several_kinds_of_files_is_told_once() -> None:
    page = pages()["runtime-config.md"]

    assert "list of [addon](manifest.md#addon)" in page
    assert "## Addon" not in page


def test_the_samples_together_are_a_deployment_without_any_fault() -> None:
    texts = {path.stem: path.read_text("utf-8") for path in SAMPLES.glob("*.yml")}
    sources = DeploymentSources(
        manifest=("manifest", texts["manifest"]),
        cloud_configs=(("cloud", texts["cloud-config"]),),
        runtime_configs=(("runtime", texts["runtime-config"]),),
        cpi_configs=(("cpi", texts["cpi-config"]),),
    )
    strictness = Strictness(resolvable=frozenset(), suspicions=True)

    assert load_deployment(sources, strictness).diagnostics == ()


def test_every_page_shows_its_sample() -> None:
    for document in DOCUMENTS:
        assert "```yaml\n" in pages()[page_name(document)]
