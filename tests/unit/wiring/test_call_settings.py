"""Rules for calls to IaaS accounts: usual ones, those of some CPIs, and mistakes told by key."""

from pathlib import Path

import pytest

from paasta_deploy.execution.call_rules import DEADLINES_S
from paasta_deploy.model.ids import DEFAULT_CPI, CpiName
from paasta_deploy.wiring.call_settings import METHODS, call_rules
from paasta_deploy.wiring.settings import SettingsError, load_settings


def write(home: Path, text: str) -> Path:
    (home / "director.yml").write_text(text)
    return home


def test_without_settings_the_provider_decides(tmp_path: Path) -> None:
    rules = call_rules(load_settings(tmp_path)).of(DEFAULT_CPI)

    assert (rules.in_flight_max, rules.per_second_max, rules.adaptive) == (None, None, True)
    assert rules.deadline_s("create_vm") == DEADLINES_S["create_vm"]


def test_a_cpi_may_have_its_own_rules_over_the_usual_ones(tmp_path: Path) -> None:
    text = """
        calls:
          in_flight_max: 20
          deadlines: {create_vm: 3600, attach_disk: 60}
          cpis:
            aws: {per_second_max: 2, deadlines: {attach_disk: 90}}
            default: {adaptive: false}
    """
    book = call_rules(load_settings(write(tmp_path, text)))

    aws, default, other = (book.of(name) for name in (CpiName("aws"), DEFAULT_CPI, CpiName("x")))
    assert (aws.in_flight_max, aws.per_second_max) == (20, 2.0)
    assert (aws.deadline_s("create_vm"), aws.deadline_s("attach_disk")) == (3600.0, 90.0)
    assert not default.adaptive
    assert (other.adaptive, other.deadline_s("attach_disk")) == (True, 60.0)


def test_every_default_deadline_is_of_a_method_that_exists() -> None:
    assert set(DEADLINES_S) <= set(METHODS)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("calls: {in_flight_max: 0}", "calls.in_flight_max is 0; expected a whole number"),
        ("calls: {per_second_max: 0}", "calls.per_second_max is 0.0; expected a number above 0"),
        (
            "calls: {deadlines: {creat_vm: 9}}",
            "'calls.deadlines.creat_vm'. Did you mean 'create_vm'?",
        ),
        ("calls: {deadlines: {has_vm: soon}}", "calls.deadlines.has_vm is 'soon'"),
        ("calls: {cpis: {aws: {inflight: 9}}}", "Did you mean 'in_flight_max'?"),
        ("calls: {cpis: {aws: 9}}", "calls.cpis.aws must hold keys and values"),
        ("calls: {cpis: {aws: {adaptive: 1}}}", "calls.cpis.aws.adaptive is 1"),
        ("calls: {cpis: {aws: {deadlines: 1}}}", "calls.cpis.aws.deadlines must hold"),
    ],
)
def test_a_mistake_names_the_file_and_the_key(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        call_rules(load_settings(write(tmp_path, text + "\n")))

    assert told in str(caught.value)
    assert str(tmp_path / "director.yml") in str(caught.value)
