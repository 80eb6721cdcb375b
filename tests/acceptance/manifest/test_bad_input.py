"""Damaged texts give diagnostics and nothing worse: a small round of what the drill does long.

Laws (see ``mutations.check``): nothing is raised; what is not usable has an error; every
diagnostic can be shown; what is printed reads back. The rest are bombs: a few bytes that would
become gigabytes, or hours.
"""

import pytest

from paasta_deploy.diagnostics import has_errors, render_all
from paasta_deploy.manifest import (
    DeploymentSources,
    VariableSources,
    emit,
    load_document,
    read_document,
)
from tests.acceptance.manifest.mutations import Mutator, check, corpus, one_input

_ROUND = 60
"""Inputs of one test; four of them take about three seconds of CPU."""


@pytest.mark.parametrize("first", [0, 10_000, 20_000, 30_000])
def test_damaged_files_are_told_of_and_nothing_is_raised(first: int) -> None:
    texts = corpus()

    for seed in range(first, first + _ROUND):
        mutator = Mutator(seed, texts)
        check(one_input(mutator), mutator.path())


def codes_of(text: str | bytes) -> list[str]:
    read = read_document("bomb.yml", text)
    assert read.node is None
    assert has_errors(read.diagnostics)
    return [item.code for item in read.diagnostics]


def test_aliases_that_double_are_stopped() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]

    assert codes_of("\n".join(lines)) == ["PD0010"]


def test_merge_keys_that_double_are_stopped() -> None:
    lines = ["a0: &a0 {" + ", ".join(f"k{n}: 1" for n in range(1000)) + "}"]
    lines += [f"b{n}: {{<<: [{', '.join(['*a0'] * 100)}]}}" for n in range(100)]

    assert codes_of("\n".join(lines)) == ["PD0010"]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "a: [", "!x [", "&a ["])
def test_endless_nesting_is_stopped(opening: str) -> None:
    assert len(codes_of(opening * 200_000)) == 1


def test_a_line_of_a_megabyte_is_a_value_like_any_other() -> None:
    text = "k: " + "x" * 1_000_000 + "\n"
    node = read_document("long.yml", text).node

    assert node is not None
    assert emit(node) == text


def test_a_mistake_in_a_line_of_a_megabyte_is_shown_in_one_screen() -> None:
    loaded = load_document(
        DeploymentSources(manifest=("long.yml", "k: " + "x" * 1_000_000 + ": y"))
    )

    assert loaded.node is None
    assert [item.code for item in loaded.diagnostics] == ["PD0006"]
    assert len(render_all(loaded.diagnostics, loaded.texts)) < 1000


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("k: väl\n".encode("latin-1"), "PD0002"), ("키: 값\n".encode("cp949"), "PD0002"),
        ("k: v\n".encode("utf-16-le"), "PD0001"), (b"\x7fELF\x02\x01", "PD0001"),
        (b"\xff\xfe\x00\xd8k", "PD0002"), (b"\x1f\x8b\x08\x00", "PD0001"),
        (b"k: \x1b[0m", "PD0001"),
        (bytes(range(256)) * 100, "PD0001"), (b"", "PD0004"), (b"# only this\n", "PD0004"),
        (b"x" * (17 << 20), "PD0003"),
    ],
    ids=["latin-1", "cp949", "utf-16 without mark", "program", "broken utf-16", "gzip", "control",
         "all bytes", "empty", "comment", "too large"],
)  # fmt: skip
def test_what_is_no_yaml_is_told_in_one_diagnostic(content: bytes, code: str) -> None:
    assert codes_of(content) == [code]


def test_utf_16_with_its_mark_is_read() -> None:
    assert read_document("windows.yml", "k: 값\n".encode("utf-16")).diagnostics == ()


def test_a_variable_is_no_bomb() -> None:
    sources = DeploymentSources(
        manifest=("m.yml", "[" + "((big)), " * 10_000 + "]"),
        variables=VariableSources(vars_files=(("v.yml", "big: " + "x" * 1_000_000),)),
    )

    assert [item.code for item in load_document(sources).diagnostics] == ["PD0019"]
