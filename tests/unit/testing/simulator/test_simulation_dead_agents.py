"""Machines that die in the middle of a rollout are problems of their own: the rest goes on."""

from paasta_deploy.planning.plan import Stage
from paasta_deploy.testing.simulator.faults import Crash, Faults
from paasta_deploy.testing.simulator.shop import SHOP, STOCK, Shop
from paasta_deploy.testing.simulator.simulation import SimulationInput, simulate
from paasta_deploy.testing.simulator.tempo import Duration, Tempo
from paasta_deploy.wire.simulation_report import SimulationReport
from paasta_deploy.wiring.simulating import make_simulated_cloud


def exactly(seconds: float) -> Duration:
    return Duration(low_s=seconds, high_s=seconds)


TEMPO = Tempo(calls={"create_vm": exactly(30)}, agents={"boot": exactly(100), "jobs": exactly(30)})
"""Compilation VMs are up at 130 s and at 260 s; the instances' VMs boot from 290 s to 390 s."""

SIZED = Shop(max_in_flight=2, canaries=1, dbs=1, webs=3)


def deploy(*crashes: Crash) -> SimulationReport:
    given = SimulationInput(
        deployment=SHOP,
        manifest=SIZED.manifest(),
        stock=STOCK,
        faults=Faults(tempo=TEMPO, timeline=crashes),
    )
    return simulate(given, make_simulated_cloud)


def test_machines_that_crash_while_they_boot_are_made_again_in_the_same_deploy() -> None:
    calm = deploy()
    report = deploy(Crash(at_s=330, instances="*"))

    assert calm.succeeded
    assert report.succeeded, report.message
    assert report.machines_made == calm.machines_made + calm.instances
    assert report.deploy_s < calm.deploy_s + 300
    assert report.breaches == ()
    assert report.healed == ()


def test_a_machine_that_dies_in_its_own_update_does_not_fail_the_deploy() -> None:
    for at_s in (430, 480, 485, 500, 509):
        report = deploy(Crash(at_s=at_s, instances="web/1"))

        assert report.succeeded, f"crash at {at_s}: {report.message}"
        assert report.instances_running == report.instances
        assert report.breaches == ()


def test_the_dead_instance_alone_is_updated_again_in_the_same_task() -> None:
    report = deploy(Crash(at_s=500, instances="web/1"))

    died = [span for span in report.spans if span.error]
    assert [span.label[-3:] for span in died] == ["(1)"]
    assert "it will be resurrected" in died[0].error
    after = [
        span
        for span in report.spans
        if span.began_s >= (died[0].ended_s or 0.0) and span.stage != Stage.POST_DEPLOY.value
    ]
    assert {span.label for span in after if "/" in span.label} == {died[0].label}
    assert {span.task for span in report.spans} == {died[0].task}


def test_a_canary_that_dies_stops_the_rollout() -> None:
    report = deploy(Crash(at_s=430, instances="web/0"))

    assert not report.succeeded
    began = [span.label for span in report.spans if span.tags == ("web",) and span.task == 1]
    assert len(began) == 1
    assert began[0].endswith("(canary)")


def test_more_dead_than_max_in_flight_stop_the_rollout() -> None:
    report = deploy(Crash(at_s=395, instances="*"))

    assert not report.succeeded
    assert report.breaches == ()
