"""Against the real ``bosh int`` on inputs that nobody chose: subsets of 320 ops files, any values.

Runs where ``PAASTA_TEST_BOSH`` names that program. The law is the same everywhere: the same bytes,
or both refuse, and then with the same words about the operation that does not fit.
"""

import random
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from paasta_deploy.diagnostics import has_errors
from paasta_deploy.manifest import (
    DeploymentSources,
    Node,
    VariableSources,
    emit,
    from_value,
    load_document,
    read_document,
    read_ops,
)
from paasta_deploy.model.values import JsonValue
from tests.acceptance.manifest.kpaas import ROOT, needs_kpaas
from tests.acceptance.manifest.test_real_cli import BOSH, bosh_int

pytestmark = pytest.mark.skipif(
    not BOSH, reason="PAASTA_TEST_BOSH does not name the real `bosh` program"
)
_BASES = {
    "ap-deployment/ap/ap-deployment.yml": (
        "ap-deployment/ap",
        "monitoring-deployment/paasta-addon",
    ),
    "ap-deployment/bosh/bosh.yml": ("ap-deployment/bosh", "monitoring-deployment/bosh-addon"),
    "multi-cpi-deployment/openvpn/openvpn.yml": ("multi-cpi-deployment",),
    "service-deployment/mysql/mysql.yml": ("service-deployment", "portal-deployment"),
}
_ROUND = 25
# These break lines, or mark a file's encoding: read alike, but the CLI prints them in its own way.
_PRINTED_OTHERWISE = re.compile("[\x85\u2028\u2029\ufeff\xa0]")


def ops_below(folders: tuple[str, ...]) -> list[Path]:
    """Return the files that are ops files."""
    found = []
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.yml")):
            file = read_ops(path.name, path.read_bytes())
            if file.operations and not has_errors(file.diagnostics):
                found.append(path)
    return found


def refusal(arguments: list[str], home: Path) -> str:
    """Return what the real CLI says about the operation that failed, on one line."""
    done = subprocess.run(
        [BOSH, "int", *arguments], capture_output=True, env={"HOME": str(home)}, timeout=60,
        check=False,
    )  # fmt: skip
    words = done.stderr.decode("utf-8").split("\nExit code")[0].partition("failed':")[2]
    return " ".join(words.split())


@needs_kpaas
@pytest.mark.parametrize("base", _BASES)
def test_any_ops_files_in_any_order_have_the_same_outcome(base: str, tmp_path: Path) -> None:
    files = ops_below(_BASES[base])
    variables = ROOT / "common/common_vars.yml"
    chance = random.Random(base)  # noqa: S311 - not for secrets
    for _ in range(_ROUND):
        chosen = chance.sample(files, chance.choice((1, 1, 2, 3, 5)))
        arguments = [str(ROOT / base), "-l", str(variables)]
        arguments += [word for path in chosen for word in ("-o", str(path))]
        loaded = load_document(
            DeploymentSources(
                manifest=("m.yml", (ROOT / base).read_bytes()),
                ops=tuple((path.name, path.read_bytes()) for path in chosen),
                variables=VariableSources(vars_files=(("v.yml", variables.read_bytes()),)),
            )
        )
        ours = None if loaded.node is None else emit(loaded.node).strip("\n")
        theirs = bosh_int(tmp_path, *arguments)
        assert ours == theirs, chosen
        if theirs is None:
            told = " ".join(" ".join(item.detail.split()) for item in loaded.diagnostics)
            assert refusal(arguments, tmp_path) in told, chosen


# Characters that Python does not know yet may be letters to Go, which orders keys by that.
_characters = st.characters(exclude_categories=["Cs", "Cc", "Cn"])
_texts = st.text(_characters, max_size=20) | st.sampled_from(
    ["y", "1e3", "08", ".2_2", "0b+1", "12:30", "2001-01-01", "a: b", "- x", "", "~", "-0...", "=",
     "two\nlines\n", "\n a", "x" * 90 + " y" * 90, "end ", "'", '"', "#", "a #b", "@", "0x1f"]
)  # fmt: skip
_scalars = (
    _texts | st.integers(-(1 << 63), (1 << 64) - 1) | st.booleans() | st.none()
    | st.floats(allow_nan=False, allow_infinity=False).map(lambda number: number + 0.0)
)  # fmt: skip
# (Adding zero takes the sign from -0.0, which is written as -0 and is the integer 0 when read.)
_documents = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(_texts.filter(lambda key: key != "<<"), inner, max_size=5)
    ),
    max_leaves=40,
)


@settings(
    max_examples=40,
    phases=(Phase.generate,),  # making a finding smaller would start the CLI a thousand times
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(value=st.lists(_documents, min_size=20, max_size=40))
def test_what_is_written_is_read_and_printed_alike(value: JsonValue, tmp_path: Path) -> None:
    written = emit(from_value(value, "x.yml"))
    (tmp_path / "m.yml").write_text(written, encoding="utf-8", newline="")
    printed = bosh_int(tmp_path, str(tmp_path / "m.yml"))

    assert printed is not None
    if _PRINTED_OTHERWISE.search(written + printed):
        ours = [read_document("a", text).node for text in (written, printed)]
        assert all(isinstance(node, Node) for node in ours)
        written, printed = (emit(node) for node in ours if node is not None)
    assert printed.strip("\n") == written.strip("\n")
