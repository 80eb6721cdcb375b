"""A plan as JSON: it survives the way, and it is what the published schema says.

Properties, over every kind of change that planning knows: reading is the inverse of writing, and
the JSON is valid.
"""

import json
from pathlib import Path

import jsonschema
import pytest

from paasta_deploy.planning.reporting import Timing, report_of
from paasta_deploy.wire.plan_json import report_from, report_json
from paasta_deploy.wire.plan_report import Basis, PlanReport
from tests.unit.planning.shop import deployed_shop, shop
from tests.unit.planning.test_deploy_plan import EVENTS

SCHEMA = json.loads(
    (Path(__file__).parents[3] / "docs" / "reference" / "plan.schema.json").read_text()
)
OF_THE_DIRECTOR: dict[str, list[object]] = {"warnings": [], "variables": []}
"""What the director adds to a report."""


def report(event: str) -> PlanReport:
    """Return a report with durations, of a deploy after something has happened."""
    world = deployed_shop()
    EVENTS[event](world)
    world.new_task()
    plan = world.plan_deploy()
    timing = Timing(
        total_s=7.0,
        critical_path=[plan.changes[0].change_id] if plan.changes else [],
        step_s=lambda _step: 0.5,
        basis=Basis.BOTH,
    )
    return report_of(plan, recorded=world.recorded, timing=timing)


@pytest.mark.parametrize("event", EVENTS)
def test_what_was_written_is_read(event: str) -> None:
    told = report(event)

    assert report_from(json.loads(json.dumps(report_json(told)))) == told


@pytest.mark.parametrize("event", EVENTS)
def test_what_is_written_is_what_the_schema_says(event: str) -> None:
    jsonschema.validate({**report_json(report(event)), **OF_THE_DIRECTOR}, SCHEMA)


def test_the_schema_would_notice_a_key_that_goes_away() -> None:
    told = {**report_json(report("a property")), **OF_THE_DIRECTOR}

    for key in told:
        without = {name: value for name, value in told.items() if name != key}
        with pytest.raises(jsonschema.ValidationError, match=key):
            jsonschema.validate(without, SCHEMA)


def test_a_plan_without_durations_has_none() -> None:
    told = report_json(report_of(shop().plan_deploy()))

    assert told["expected"] is None
    jsonschema.validate({**told, **OF_THE_DIRECTOR}, SCHEMA)


def test_a_report_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version 2"):
        report_from({**report_json(report("nothing")), "version": 2})
