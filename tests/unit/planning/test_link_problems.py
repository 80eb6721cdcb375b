"""The texts about links name the consumer, the wish, the line, and what there is instead."""

from paasta_deploy.model.deployment import ConsumedLink
from paasta_deploy.model.release import LinkConsumption
from paasta_deploy.planning.link_problems import Candidate, Consumer, ambiguous, not_found
from paasta_deploy.testing.planning_world import parsed_manifest
from tests.unit.planning.shop import MANIFEST, shop


def consumer(said: ConsumedLink | None = None) -> Consumer:
    desired = shop().think().desired
    group = parsed_manifest(MANIFEST).instance_groups[1]
    (bound,) = desired.bindings[group.name]
    consumption = LinkConsumption(name="db", type="sql")
    return Consumer(group=group, bound=bound, consumption=consumption, said=said)


def test_a_wish_is_told_with_alias_and_type() -> None:
    plain, named = consumer(), consumer(ConsumedLink(name="db", from_alias="big"))

    assert plain.wish == "link `db` of type `sql`"
    assert named.wish == "link `db` from `big` of type `sql`"
    assert plain.where == "job `server` in group `web`"


def test_a_consumer_without_an_entry_is_shown_by_its_job() -> None:
    span = consumer().span

    assert span is not None
    assert MANIFEST.split("\n")[span.line - 1] == "  - name: server"


def test_what_only_hidden_jobs_provide_is_said_to_be_hidden() -> None:
    hidden = Candidate(alias="db", link_type="sql", where="`db` of job `db`", is_hidden=True)

    assert "is hidden" in not_found(consumer(), [hidden]).detail


def test_an_alias_that_nobody_has_is_told_with_the_providers_of_the_type() -> None:
    one = Candidate(alias="small", link_type="sql", where="`small` of job `db`")

    said = not_found(consumer(ConsumedLink(name="db", from_alias="smal")), [one])

    assert said.detail == "providers of that type: `small` of job `db`"
    assert said.hint == "did you mean `small`?"


def test_the_hint_of_an_ambiguous_link_can_be_pasted() -> None:
    two = [
        Candidate(alias=alias, link_type="sql", where=f"`{alias}` of job `db`")
        for alias in ("left", "right")
    ]

    assert ambiguous(consumer(), two).hint == "choose one: `consumes: {db: {from: left}}`"
