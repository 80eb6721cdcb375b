"""Texts that are nearly right: real files, damaged in the ways files get damaged, from a seed.

Used by the seeded test beside it and by ``scripts/drill fuzz-manifest``, which runs for as long
as one likes. Damage is of bytes (flips, cuts, other encodings) and of lines and tokens (the
characters that mean something in YAML, in paths and in placeholders), and now and then of size.
"""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

from paasta_deploy.diagnostics import Diagnostic, Severity, has_errors, render_all
from paasta_deploy.manifest import (
    DeploymentSources,
    Strictness,
    VariableSources,
    emit,
    load_deployment,
    read_document,
    select,
)

_REPOSITORY = Path(__file__).resolve().parents[3]

_TOKENS = (
    b"((", b"))", b"((a))", b"((a.b.0))", b"((!a))", b"(( a ))", b"&a ", b"*a", b"<<: *a", b"<<: ",
    b"!!binary ", b"!!int ", b"!!float ", b"!!null ", b"!x ", b"\t", b"\0", b"\xff", b"- ", b": ",
    b"{", b"}", b"[", b"]", b",", b"|", b">", b"|2-\n", b"? ", b"%", b"---\n", b"...\n", b"#",
    b"'", b'"', b"\\", b"\\x", b"\\u12", b"\r", b"\r\n", b"\n", b"\n\n", b"\xc2\x85",
    b"\xe2\x80\xa8",
    b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc0\x80", b"\xf0\x9f\x98\x80", b"~", b"null", b"yes",
    b"0x", b"1e999", b"-0", b".inf", b".nan", b"9" * 40, b"-1", b"1_0", b"/", b"/-", b"/0:after",
    b"/name=x?", b"~1", b":before", b"type: test", b"absent: true", b"path: ''", b"value:",
    b"10.0.0.0/33", b"10.0.0.1-10.0.0.0", b"::/0", b"100%", b"name: name",
)  # fmt: skip
_PATH_PARTS = ("a", "b?", "0", "-1", "-", "name=x", "name=x?", "x:after", "0:next", "~1", "", "=")
_BRACKETS = ((b"[", b"]"), (b"{a: ", b"}"), (b"- ", b""), (b"? ", b""))
_SMALL = (
    b"a: &a {x: 1}\nb: {<<: *a, y: [*a, *a]}\n",
    b"- type: replace\n  path: /a/b?/-\n  value: {c: ((d))}\n- type: remove\n  path: /x/name=y\n",
    b"a: 1\nd: {e: [1, {f: g}]}\n",
    b"name: d\nvariables:\n- {name: a, type: rsa}\n- {name: b, type: x, options: {ca: ((a.b))}}\n",
    b'text: |\n  two\n  lines\nfolded: >-\n  one\n  line\nq: "a\\tb\\u00e9"\n? complex\n: 1\n',
)


def corpus(*folders: Path) -> list[bytes]:
    """Return the YAML files below some folders, and a few small texts; at most 40 KB each."""
    found = list(_SMALL)
    for folder in (*folders, _REPOSITORY / "manifests", _REPOSITORY / "tests/acceptance/broken"):
        found += [
            path.read_bytes()[:40_000]
            for path in sorted(folder.rglob("*.yml"))
            if path.stat().st_size < 200_000
        ]
    return found


class Mutator:
    """Damages texts. The same seed and corpus give the same texts."""

    def __init__(self, seed: int, texts: Sequence[bytes]) -> None:
        self._random = random.Random(seed)  # noqa: S311 - not for secrets
        self._texts = texts
        self._ways: tuple[Callable[[bytes], bytes], ...] = (
            self._flip, self._cut, self._double, self._insert, self._insert, self._insert,
            self._splice, self._swap_lines, self._drop_line, self._indent, self._wrap,
            self._encode, self._grow,
        )  # fmt: skip

    def text(self) -> bytes:
        """Return one text: a file as it is, or with up to six wounds."""
        text = self._random.choice(self._texts)
        if len(text) > 4000 and self._random.random() < 0.7:
            start = text.rfind(b"\n", 0, self._random.randrange(len(text))) + 1
            text = text[start : start + 3000]
        for _ in range(self._random.choice((0, 1, 1, 2, 2, 3, 4, 6))):
            text = self._random.choice(self._ways)(text)
        return text

    def path(self) -> str:
        """Return a path, right or wrong."""
        count = self._random.randrange(5)
        return "".join("/" + self._random.choice(_PATH_PARTS) for _ in range(count))

    def pair(self) -> str:
        """Return an argument of ``-v``."""
        return self._random.choice(("a=", "b.c=", "", "=", "a", "d=")) + self.text()[:60].decode(
            errors="replace"
        )

    def _place(self, text: bytes) -> int:
        return self._random.randint(0, len(text))

    def _flip(self, text: bytes) -> bytes:
        at = self._place(text)
        return text[:at] + bytes([self._random.randrange(256)]) + text[at + 1 :]

    def _cut(self, text: bytes) -> bytes:
        at = self._place(text)
        return text[:at] + text[at + self._random.choice((1, 1, 2, 5, 40, 1000)) :]

    def _double(self, text: bytes) -> bytes:
        at = self._place(text)
        end = at + self._random.choice((1, 3, 20, 200))
        return text[:end] + text[at:end] + text[end:]

    def _insert(self, text: bytes) -> bytes:
        at = self._place(text)
        return text[:at] + self._random.choice(_TOKENS) + text[at:]

    def _splice(self, text: bytes) -> bytes:
        other = self._random.choice(self._texts)
        at, start = self._place(text), self._place(other)
        return text[:at] + other[start : start + self._random.choice((5, 50, 500))] + text[at:]

    def _lines(self, text: bytes) -> tuple[list[bytes], int]:
        lines = text.split(b"\n")
        return lines, self._random.randrange(len(lines))

    def _swap_lines(self, text: bytes) -> bytes:
        lines, at = self._lines(text)
        other = self._random.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
        return b"\n".join(lines)

    def _drop_line(self, text: bytes) -> bytes:
        lines, at = self._lines(text)
        return b"\n".join(lines[:at] + lines[at + 1 :])

    def _indent(self, text: bytes) -> bytes:
        lines, at = self._lines(text)
        change = self._random.choice((b" ", b"  ", b"\t", b""))
        lines[at] = change + lines[at] if change else lines[at].lstrip()
        return b"\n".join(lines)

    def _wrap(self, text: bytes) -> bytes:
        start, end = self._random.choice(_BRACKETS)
        count = self._random.choice((1, 3, 120, 3000))
        at = self._place(text)
        return text[:at] + start * count + text[at:] + end * count

    def _encode(self, text: bytes) -> bytes:
        encoding = self._random.choice(("utf-16", "utf-16-le", "latin-1", "cp949", "utf-8-sig"))
        return text.decode(errors="replace").encode(encoding, "replace")

    def _grow(self, text: bytes) -> bytes:
        at = self._place(text)
        what = self._random.choice((b"x", b" ", b"((a))", b"-", b"[", b"&a ", b"a: ", b"\n", b"'"))
        return text[:at] + what * self._random.choice((10, 1000, 20_000)) + text[at:]


def one_input(mutator: Mutator) -> DeploymentSources:
    """Return the files of one deployment, all of them damaged a little."""
    ops = [("ops.yml", mutator.text()) for _ in range(2)]
    return DeploymentSources(
        manifest=("manifest.yml", mutator.text()),
        ops=tuple(ops[: len(ops[0][1]) % 3]),
        variables=VariableSources(
            pairs=(mutator.pair(),),
            vars_files=(("vars.yml", mutator.text()),),
            environment={"P_a": mutator.pair()},
            prefixes=("P",),
        ),
        cloud_configs=(("cloud.yml", mutator.text()),),
    )


def check(sources: DeploymentSources, path: str) -> int:
    """Load it all and return how many diagnostics it gave; AssertionError when a law is broken.

    The laws: nothing is raised; what is not usable has an error; every diagnostic can be shown;
    what is printed reads back.
    """
    strictness = Strictness(unknown_keys=Severity.WARNING, resolvable=frozenset())
    loaded = load_deployment(sources, strictness)
    found: tuple[Diagnostic, ...] = loaded.diagnostics
    if loaded.manifest is None:
        assert has_errors(found), "no deployment, and no word why"
    assert render_all(found, loaded.texts) or not found
    node = loaded.document.node
    if node is not None:
        written = emit(node)
        assert read_document("again.yml", written).node is not None, "what was written is not read"
        selected = select(node, path)
        assert (selected.node is None) == has_errors(selected.diagnostics)
    return len(found)
