"""The pages of all keys of manifests and configs.

Types, defaults and bounds come from the parsers (`manifest_asks`), what a key does comes from
`manifest_keys.yml`; neither repeats the other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from docs.manifest_asks import DOCUMENTS, SAMPLES, Block, Document, Key, blocks_of

_TEXTS = Path(__file__).with_name("manifest_keys.yml")
_FIRST = DOCUMENTS[0]
"""Its page tells what kinds of mappings are that stand in several kinds of files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyText:
    """What a key does, and what its parser cannot say."""

    text: str
    kind: str = ""
    inner: str = ""
    is_needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockText:
    """What a kind of mapping is, and what its keys do."""

    about: str
    keys: Mapping[str, KeyText]
    refused: tuple[str, ...] = ()


def block_texts() -> Mapping[str, BlockText]:
    """Return the texts by kind of mapping."""
    texts: dict[str, dict[str, Any]] = yaml.safe_load(_TEXTS.read_text("utf-8"))
    return {
        what: BlockText(
            about=item["about"],
            keys={str(name): _key_text(text) for name, text in item["keys"].items()},
            refused=tuple(item.get("refused", ())),
        )
        for what, item in texts.items()
    }


def _key_text(text: str | Mapping[str, Any]) -> KeyText:
    if isinstance(text, str):
        return KeyText(text=text)
    return KeyText(
        text=text["text"],
        kind=text.get("type", ""),
        inner=text.get("inner", ""),
        is_needed=text.get("need", False),
    )


def text_name(document: Document, what: str, texts: Mapping[str, BlockText]) -> str:
    """Return under which name the texts of a kind of mapping stand."""
    own = f"{what} ({document.what})"
    return own if own in texts else what


def page_name(document: Document) -> str:
    """Return the file name of the page of a document."""
    return document.sample.replace(".yml", ".md")


def pages() -> Mapping[str, str]:
    """Return every page by its file name."""
    return {page_name(document): _page(document) for document in DOCUMENTS}


def _page(document: Document) -> str:
    texts = block_texts()
    shared = {} if document is _FIRST else blocks_of(_FIRST)
    blocks = blocks_of(document)
    here = [
        name for name in blocks if name not in shared or text_name(document, name, texts) != name
    ]
    title = "Manifest" if document is _FIRST else document.what[0].upper() + document.what[1:]
    lines = [f"# {title}: every key", ""]
    for number, what in enumerate(here):
        if number:
            lines += ["", f"## {_heading(what)}", ""]
        text = texts[text_name(document, what, texts)]
        lines += [text.about, "", *_rows(blocks[what], text, here)]
        if text.refused:
            listed = ", ".join(f"`{key}`" for key in text.refused)
            lines += ["", f"Refused, with what to write instead: {listed}."]
    sample = (SAMPLES / document.sample).read_text("utf-8").rstrip("\n")
    lines += ["", "## An example with everything", "", "```yaml", sample, "```"]
    return "\n".join(lines) + "\n"


def _heading(what: str) -> str:
    return what[0].upper() + what[1:]


def _rows(block: Block, text: BlockText, here: list[str]) -> Iterator[str]:
    yield "| key | type | needed | default | what it does |"
    yield "|---|---|---|---|---|"
    for name, told in text.keys.items():
        key = block[name]
        needed = _NEEDED[True if told.is_needed else key.is_needed]
        default = f"`{key.ask.default}`" if key.ask.default else ""
        what = told.text.replace("|", "\\|")
        yield f"| `{name}` | {_type(key, told, here)} | {needed} | {default} | {what} |"


_NEEDED = {True: "yes", False: "", None: "see text"}


def _type(key: Key, told: KeyText, here: list[str]) -> str:
    ask = key.ask
    kind = told.kind or ask.kind
    inner = told.inner or ask.inner
    if ask.choices:
        kind = " or ".join(f"`{choice}`" for choice in ask.choices)
    if inner and (told.inner or not told.kind):
        page = "" if inner in here else page_name(_FIRST)
        link = f"[{inner}]({page}#{inner.lower().replace(' ', '-')})"
        kind = {"list": f"list of {link}"}.get(kind, f"{link} by name" if told.inner else link)
    bounds = [
        f"{word} {number:,}"
        for word, number in (("at least", ask.low), ("at most", ask.high))
        if number is not None
    ]
    return ", ".join([kind, *bounds])
