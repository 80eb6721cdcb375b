"""Machines that die in the middle of a rollout are problems of their own: the rest goes on."""

from dataclasses import replace

from paasta_deploy.testing.simulator.faults import Crash, Faults
from paasta_deploy.testing.simulator.schedules import random_schedule
from paasta_deploy.testing.simulator.simulation import SimulationInput, simulate
from paasta_deploy.testing.simulator.tempo import Duration, Tempo
from paasta_deploy.wire.simulation_report import SimulationReport
from paasta_deploy.wiring.simulating import make_simulated_cloud


def exactly(seconds: float) -> Duration:
    return Duration(low_s=seconds, high_s=seconds)


TEMPO = Tempo(calls={"create_vm": exactly(30)}, agents={"boot": exactly(100), "jobs": exactly(30)})
"""Compilation VMs are up at 130 s; the instances' VMs boot from 160 s to 260 s."""


def deploy(*crashes: Crash) -> SimulationReport:
    given: SimulationInput = random_schedule(0).given
    faults = Faults(tempo=TEMPO, timeline=crashes)
    return simulate(replace(given, faults=faults, repairs=0), make_simulated_cloud)


def test_machines_that_crash_while_they_boot_are_made_again_in_the_same_deploy() -> None:
    calm = deploy()
    report = deploy(Crash(at_s=200, instances="*"))

    assert calm.succeeded
    assert report.succeeded, report.message
    assert report.machines_made == calm.machines_made + calm.instances
    assert report.deploy_s < calm.deploy_s + 300
    assert report.breaches == ()
    assert report.healed == ()
