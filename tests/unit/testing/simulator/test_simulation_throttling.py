"""Rollouts go on through what an API refuses: slower, whole, and without hammering it."""

from paasta_deploy.execution.call_rules import CallRuleBook, CallRules
from paasta_deploy.testing.simulator.faults import Faults, Throttle, ThrottleStorm
from paasta_deploy.testing.simulator.shop import SHOP, STOCK, Shop
from paasta_deploy.testing.simulator.simulation import SimulationInput, simulate
from paasta_deploy.wire.simulation_report import SimulationReport
from paasta_deploy.wiring.simulating import make_simulated_cloud

SIZED = Shop(max_in_flight=10, canaries=1, dbs=10, webs=20)

STORM = ThrottleStorm(at_s=60.0, calls_per_second=0.0, for_s=300.0)


def deploy(faults: Faults, *, adaptive: bool = True) -> SimulationReport:
    given = SimulationInput(
        deployment=SHOP,
        manifest=SIZED.manifest(),
        stock=STOCK,
        faults=faults,
        call_rules=CallRuleBook(usual=CallRules(adaptive=adaptive)),
    )
    return simulate(given, make_simulated_cloud)


def test_an_api_that_takes_few_calls_makes_a_rollout_slow_and_not_wrong() -> None:
    calm = deploy(Faults())
    report = deploy(Faults(throttle=Throttle(calls_per_second=0.2, burst=1)))

    assert report.succeeded, report.message
    assert report.breaches == ()
    assert report.calls_refused > 0
    assert report.deploy_s > calm.deploy_s


def test_minutes_in_which_nothing_gets_through_are_survived_without_hammering() -> None:
    faults = Faults(throttle=Throttle(burst=1), timeline=(STORM,))
    learning, fixed = deploy(faults), deploy(faults, adaptive=False)

    assert learning.succeeded, learning.message
    assert learning.breaches == ()
    assert learning.calls_refused < fixed.calls_refused / 2


def test_fair_weather_is_not_slowed_down() -> None:
    learning, fixed = deploy(Faults()), deploy(Faults(), adaptive=False)

    assert learning.deploy_s == fixed.deploy_s
    assert learning.calls_refused == 0
