"""Whoever asks for a rollback that will not be is told so, with the place."""

from paasta_deploy.model.deployment import OnFailure
from paasta_deploy.model.ids import DeploymentName, TaskId
from paasta_deploy.model.recorded import DeploymentRecord, RecordedDeployment
from paasta_deploy.planning.going_back import rollback_warnings
from paasta_deploy.planning.wants import Part, Selector, Wants
from tests.unit.manifest.parsing.documents import DEPLOYMENT, changed, deployment_of

STOPPING = deployment_of(DEPLOYMENT)
ASKING = deployment_of(changed(DEPLOYMENT, ("update:\n", "update:\n  on_failure: rollback\n")))
NEVER = RecordedDeployment(deployment=DeploymentRecord(name=DeploymentName("d")))
ONCE = RecordedDeployment(deployment=DeploymentRecord(name=DeploymentName("d"), manifest="{}"))
PLAIN = Wants(task_id=TaskId(1))
IN_PART = Wants(task_id=TaskId(1), part=Part(only=(Selector(),)))


def test_a_first_deploy_is_warned_where_it_asks() -> None:
    (found,) = rollback_warnings(ASKING, PLAIN, NEVER)
    assert found.code == "PD1101"
    assert "this is the first whole deploy" in found.summary
    assert str(found.span) == "x.yml:7:3"


def test_a_group_that_asks_by_itself_is_named_by_its_place() -> None:
    text = changed(
        DEPLOYMENT, ("  instances: 2", "  update: {on_failure: rollback}\n  instances: 2")
    )
    (found,) = rollback_warnings(deployment_of(text), PLAIN, NEVER)
    assert str(found.span).startswith("x.yml:13:")


def test_an_option_has_no_place() -> None:
    asked = Wants(task_id=TaskId(1), on_failure=OnFailure.ROLLBACK)
    (found,) = rollback_warnings(STOPPING, asked, NEVER)
    assert found.span is None


def test_a_part_is_warned_although_it_was_deployed_before() -> None:
    (found,) = rollback_warnings(ASKING, IN_PART, ONCE)
    assert "--only" in found.summary


def test_nobody_else_is_warned() -> None:
    stops = Wants(task_id=TaskId(1), on_failure=OnFailure.STOP)
    back = Wants(task_id=TaskId(1), on_failure=OnFailure.ROLLBACK, goes_back=True)
    assert rollback_warnings(ASKING, PLAIN, ONCE) == ()
    assert rollback_warnings(STOPPING, PLAIN, NEVER) == ()
    assert rollback_warnings(ASKING, stops, NEVER) == ()
    assert rollback_warnings(ASKING, back, NEVER) == ()
