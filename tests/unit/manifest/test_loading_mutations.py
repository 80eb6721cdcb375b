"""A document with everything, damaged anywhere: always told, never a crash.

Properties: whatever stands at one place of a manifest or config, loading ends with diagnostics in
file order, each once, all with a place in the file that was damaged or in one that refers to it;
and what is told of as an error has no result.
"""

import json
from pathlib import Path
from typing import Any

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from paasta_deploy.diagnostics import Diagnostic, has_errors
from paasta_deploy.manifest import DeploymentSources, Strictness, load_deployment
from paasta_deploy.manifest.config_loading import load_deploy_configs, load_resurrection_configs

SAMPLES = Path(__file__).resolve().parents[3] / "docs/samples"
FILES = ("manifest", "cloud-config", "runtime-config", "cpi-config")
DOCUMENTS: dict[str, Any] = {
    path.stem: yaml.safe_load(path.read_text("utf-8")) for path in SAMPLES.glob("*.yml")
}
DAMAGE: st.SearchStrategy[object] = st.sampled_from(
    [None, True, -1, 10**30, 1.5, "", " ", "x", "((v))", "10.0.0.0/8", "0", [], [None], [[]], {},
     {"a": {}}, {"name": None}, [{"name": "x"}], [{}], "::/0", "255.255.255.255", ["nil"], "nil"]
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value in a document."""
    found = [path]
    if isinstance(value, dict):
        found += [at for key, item in value.items() for at in places(item, (*path, key))]
    if isinstance(value, list):
        found += [at for number, item in enumerate(value) for at in places(item, (*path, number))]
    return found


PLACES = [(name, at) for name, document in DOCUMENTS.items() for at in places(document) if at]


def damaged(name: str, at: tuple[Any, ...], value: object, *, remove: bool) -> dict[str, str]:
    """Return all documents as texts, one of them with another value, or none, at one place."""
    documents = json.loads(json.dumps(DOCUMENTS))
    inner = documents[name]
    for step in at[:-1]:
        inner = inner[step]
    if remove:
        del inner[at[-1]]
    else:
        inner[at[-1]] = value
    # JSON is YAML, and written a good deal faster.
    return {key: json.dumps(document, indent=1) for key, document in documents.items()}


def check_order(diagnostics: tuple[Diagnostic, ...], order: tuple[str, ...]) -> None:
    """Check that a reader meets them from top to bottom, each once."""
    assert len(set(diagnostics)) == len(diagnostics)
    spans = [item.span for item in diagnostics if item.span is not None]
    found = [(order.index(span.file), span.line, span.column) for span in spans]
    assert found == sorted(found)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PLACES), DAMAGE, st.booleans())
@example(("manifest", ("instance_groups",)), [], False)
@example(("cloud-config", ("networks",)), [{"name": "private", "type": "manual"}], False)
def test_whatever_is_damaged_is_told_in_order_and_without_a_crash(
    place: tuple[str, tuple[Any, ...]],
    value: object,
    remove: bool,
) -> None:
    texts = damaged(*place, value, remove=remove)
    sources = DeploymentSources(
        manifest=("manifest", texts["manifest"]),
        cloud_configs=(("cloud-config", texts["cloud-config"]),),
        runtime_configs=(("runtime-config", texts["runtime-config"]),),
        cpi_configs=(("cpi-config", texts["cpi-config"]),),
    )

    loaded = load_deployment(sources, Strictness(resolvable=frozenset(), suspicions=True))
    load_resurrection_configs([("resurrection-config", texts["resurrection-config"])])
    load_deploy_configs([("deploy-config", texts["deploy-config"])])

    check_order(loaded.diagnostics, FILES)
    assert (loaded.manifest is None) == has_errors(loaded.diagnostics)


def test_undamaged_everything_is_right() -> None:
    texts = {key: json.dumps(document, indent=1) for key, document in DOCUMENTS.items()}
    loaded = load_deployment(
        DeploymentSources(
            manifest=("manifest", texts["manifest"]),
            cloud_configs=(("cloud-config", texts["cloud-config"]),),
            runtime_configs=(("runtime-config", texts["runtime-config"]),),
            cpi_configs=(("cpi-config", texts["cpi-config"]),),
        ),
        Strictness(resolvable=frozenset()),
    )

    assert loaded.diagnostics == ()
