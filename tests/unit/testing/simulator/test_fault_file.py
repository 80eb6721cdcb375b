"""Fault files: what they can say, and what is said about wrong ones."""

import pytest

from paasta_deploy.diagnostics import render_all
from paasta_deploy.testing.simulator.fault_file import read_faults
from paasta_deploy.testing.simulator.faults import (
    NO_FAULTS,
    AzOutage,
    Crash,
    DirectorKill,
    Fault,
    Partition,
    Throttle,
    ThrottleStorm,
)
from paasta_deploy.testing.simulator.tempo import USUAL, Duration

WHOLE = """
tempo:
  calls: {create_vm: [30, 90]}
  agents: {boot: 20}
cloud: {throttled: 0.02, quota: {vms: 5}}
hung: 0.001
boot_failure: 0.01
silence: 0.005
crashes_per_hour: 2
throttle: {calls_per_second: 5, burst: 9, in_flight: 16, retry_after: 2s}
timeline:
- {at: 10m, crash: web/0}
- {at: 12m, cut_off: database, for: 30s}
- {at: 1h0m2.5s, az_outage: z1, for: 5m}
- {at: 90, kill_director: true}
- {at: 2m, throttle: 0.5, for: 3m}
"""


def test_a_whole_file_is_read() -> None:
    result = read_faults("faults.yml", WHOLE)
    faults = result.faults
    assert result.diagnostics == ()
    assert faults.timeline == (
        Crash(at_s=600.0, instances="web/0"),
        Partition(at_s=720.0, instances="database", for_s=30.0),
        AzOutage(at_s=3602.5, az="z1", for_s=300.0),
        DirectorKill(at_s=90.0, for_s=5.0),
        ThrottleStorm(at_s=120.0, calls_per_second=0.5, for_s=180.0),
    )
    assert faults.throttle == Throttle(
        calls_per_second=5.0, burst=9.0, in_flight=16, retry_after_s=2.0
    )
    assert (faults.hung, faults.boot_failure, faults.silence) == (0.001, 0.01, 0.005)
    assert faults.crashes_per_hour == 2.0
    assert faults.cloud == {"throttled": 0.02, "quota": {"vms": 5}}


def test_what_the_tempo_does_not_name_takes_its_usual_time() -> None:
    tempo = read_faults("faults.yml", WHOLE).faults.tempo
    assert tempo.calls["create_vm"] == Duration(low_s=30.0, high_s=90.0)
    assert tempo.agents["boot"] == Duration(low_s=20.0, high_s=20.0)
    assert tempo.calls["delete_vm"] == USUAL.calls["delete_vm"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[]", "a fault file is a mapping"),
        ("hung: 2", "`hung` is out of range"),
        ("silence: often", "`silence` is out of range"),
        ("crashes_per_hour: -1", "`crashes_per_hour` is out of range"),
        ("hnug: 0.1", "unknown key `hnug`"),
        ("timeline: [{at: 5x, crash: web}]", "`at` is no duration"),
        ("timeline: [{crash: web}]", "`at` is missing"),
        ("timeline: [{at: 1m}]", "a fault has exactly one kind"),
        ("timeline: [{at: 1m, crash: a, cut_off: b}]", "a fault has exactly one kind"),
        ("timeline: [{at: 1m, az_outage: z1}]", "`for` is missing"),
        ("tempo: {calls: {create_vm: [9, 1]}}", "`create_vm` is no duration"),
        ("tempo: {calls: [1]}", "`calls` must be a mapping"),
        ("tempo: {calls: {create_vm: soon}}", "`create_vm` is no duration"),
        ("timeline: [{at: 1m, throttle: 1}]", "`for` is missing"),
        ("timeline: [{at: 1m, throttle: few, for: 1m}]", "`throttle` is out of range"),
        ("throttle: {calls_per_second: -1}", "`calls_per_second` is out of range"),
        ("throttle: {rate: 1}", "unknown key `rate`"),
        ("a: [", "faults.yml:"),
    ],
)
def test_a_mistake_is_told_and_no_fault_happens(text: str, complaint: str) -> None:
    result = read_faults("faults.yml", text)
    assert complaint in render_all(result.diagnostics, {"faults.yml": text})
    assert result.faults == NO_FAULTS


@pytest.mark.parametrize("fault", read_faults("faults.yml", WHOLE).faults.timeline)
def test_every_fault_has_its_moment(fault: Fault) -> None:
    assert fault.at_s > 0
