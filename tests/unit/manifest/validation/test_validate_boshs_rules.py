"""Every rule that BOSH's director checks in manifests and configs is checked here, too.

The rules stand in ``boshs_rules.yml`` beside this file, in the order of spec bosh.md, each with
the smallest text that breaks it and with all that is then told: our code, BOSH's number, and the
place. ``scripts/test --rewrite`` of this file writes that anew; the difference is reviewed.
"""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.manifest import DeploymentSources, Strictness, load_deployment
from paasta_deploy.manifest.config_loading import load_deploy_configs, load_resurrection_configs
from tests.unit.manifest.parsing.documents import CLOUD, DEPLOYMENT, changed

RULES = Path(__file__).with_name("boshs_rules.yml")
ROOT = Path(__file__).resolve().parents[4]
# 1.8 lists what agents read of `env` and has no rules.
SECTIONS = [
    *("1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.6.1", "1.7", "1.9", "1.10"),
    *("2.1", "2.2", "2.3", "2.4", "2.5"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One case; a rule that is held elsewhere has only ``held``."""

    rule: str
    change: list[list[str]] = field(default_factory=list)
    cloud: list[list[str]] = field(default_factory=list)
    text: str = ""
    cloud_text: str = ""
    more_clouds: list[str] = field(default_factory=list)
    runtime: list[str] = field(default_factory=list)
    cpis: list[str] = field(default_factory=list)
    resurrection: list[str] = field(default_factory=list)
    deploy: list[str] = field(default_factory=list)
    expect: list[str] = field(default_factory=list)
    held: str = ""

    def sources(self) -> DeploymentSources:
        """Return the deployment with the rule broken."""
        cloud = self.cloud_text or changed(CLOUD, *((old, new) for old, new in self.cloud))
        text = self.text or changed(DEPLOYMENT, *((old, new) for old, new in self.change))
        return DeploymentSources(
            manifest=("m", text),
            cloud_configs=_named("cloud", [cloud, *self.more_clouds]),
            runtime_configs=_named("runtime", self.runtime),
            cpi_configs=_named("cpi", self.cpis),
        )

    def told(self) -> list[str]:
        """Return all that is told, in order."""
        loaded = load_deployment(self.sources(), Strictness(resolvable=frozenset()))
        resurrection = load_resurrection_configs(_named("resurrection", self.resurrection))
        deploy = load_deploy_configs(_named("deploy", self.deploy))
        found = (*loaded.diagnostics, *resurrection.diagnostics, *deploy.diagnostics)
        return [_line(item) for item in found]


def _named(kind: str, texts: list[str]) -> tuple[tuple[str, str], ...]:
    """Return the configs of a kind, the first one under the name of the kind alone."""
    return tuple((f"{kind}-{n}" if n > 1 else kind, t) for n, t in enumerate(texts, start=1))


def _line(item: Diagnostic) -> str:
    assert item.span is not None, "a mistake in a file has a place"
    mark = "" if item.is_error else "warning "
    place = f"{item.span.file}:{item.span.line}:{item.span.column}"
    return f"{mark}{item.code} {item.bosh_code or '-'} {place}"


def rules() -> list[Rule]:
    """Return all cases in order."""
    cases: list[dict[str, Any]] = yaml.safe_load(RULES.read_text("utf-8"))
    return [Rule(**case) for case in cases]


CASES = rules()
CHECKED = [case for case in CASES if not case.held]


@pytest.mark.parametrize("case", CHECKED, ids=[case.rule for case in CHECKED])
def test_a_broken_rule_is_told_with_boshs_number_and_the_place(case: Rule) -> None:
    told = case.told()
    if os.environ.get("PAASTA_REWRITE"):
        _rewrite(case, told)

    assert told == case.expect


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.held], ids=[c.rule for c in CASES if c.held]
)
def test_a_rule_that_needs_a_director_is_held_by_a_test_that_exists(case: Rule) -> None:
    path, _, name = case.held.partition("::")
    name = name.rpartition("::")[2]

    assert re.search(
        rf"^ *(async )?def {re.escape(name)}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE
    )


def test_every_section_has_rules() -> None:
    assert list(dict.fromkeys(case.rule.split()[0] for case in CASES)) == SECTIONS


def test_no_rule_stands_twice() -> None:
    assert len({case.rule for case in CASES}) == len(CASES)


def test_the_documents_that_are_broken_are_right_as_they_are() -> None:
    assert Rule(rule="none").told() == []


def _rewrite(case: Rule, told: list[str]) -> None:
    text = RULES.read_text("utf-8")
    start = text.index(f'- rule: "{case.rule}"\n')
    place = text.index("  expect:", start)
    end = text.find("\n- rule: ", place)
    end = len(text) if end < 0 else end + 1
    rest = text[place:end]
    kept = "".join(re.findall(r"^(?:#.*)?\n", rest.partition("\n")[2], re.MULTILINE))
    lines = "".join(f"\n  - {line}" for line in told) or " []"
    RULES.write_text(f"{text[:place]}  expect:{lines}\n{kept}{text[end:]}", "utf-8")
