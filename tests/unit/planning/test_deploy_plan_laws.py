"""Plans over histories of manifests.

Laws: what was deployed is deployed, so the next plan of it is empty, renders nothing and writes
nothing; and it stays so when groups stand in another order.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from paasta_deploy.planning.actions import Gate
from paasta_deploy.testing.planning_world import PlanningWorld
from tests.unit.planning.shop import MANIFEST, shop

HEAD, DB, WEB = (
    MANIFEST.partition("- name: db")[0],
    "- name: db" + MANIFEST.partition("- name: db")[2].partition("- name: web")[0],
    "- name: web" + MANIFEST.partition("- name: web")[2],
)
NAMES = "features: {use_dns_addresses: true}\nupdate:"
LINK_NAMES = "features: {use_link_dns_names: true}\nupdate:"
SCATTERED = "features: {randomize_az_placement: true}\nupdate:"
ALIAS = "properties: {size: 7}\n    provides: {db: {aliases: [{domain: db.internal}]}}"
STATIC = "networks: [{name: default, static_ips: [10.0.0.200 - 10.0.0.20N]}]"


FEATURES = st.sampled_from(["update:", NAMES, LINK_NAMES, SCATTERED])
SAID = st.sampled_from(["properties: {size: 8}", ALIAS])
# A static address stays in one AZ: it cannot follow its instance out of it in one deploy (130008).
PLACES = st.sampled_from(["azs: [z1]", "azs: [z2]", "azs: [z1, z2]", "azs: [z1] static"])


@st.composite
def manifests(draw: st.DrawFn) -> str:
    dbs, webs = draw(st.integers(1, 3)), draw(st.integers(0, 3))
    head = HEAD.replace("update:", draw(FEATURES))
    db = DB.replace("instances: 3", f"instances: {dbs}")
    db = db.replace("properties: {size: 7}", draw(SAID))
    place = draw(PLACES)
    web = WEB.replace("instances: 2", f"instances: {webs}")
    web = web.replace("azs: [z1]", place.removesuffix(" static"))
    if webs and place.endswith("static"):
        web = web.replace("networks: [{name: default}]", STATIC.replace("N", str(webs - 1)))
    groups = [web, db] if draw(st.booleans()) else [db, web]
    return head + "".join(groups)


def is_settled(world: PlanningWorld) -> bool:
    """Whether a plan of what is deployed does nothing and renders nothing."""
    before = world.rendered
    assert world.think().placement.changes == ()
    world.new_task()
    plan = world.plan_deploy()
    acts = [step for step in plan.steps if not isinstance(step.action, Gate)]
    return not acts and not plan.refreshed and world.rendered == before


@settings(max_examples=25)
@given(texts=st.lists(manifests(), min_size=1, max_size=3))
def test_what_was_deployed_needs_nothing(texts: list[str]) -> None:
    world = shop(texts[0])
    for text in texts:
        world.manifest = text
        world.deploy()

    assert is_settled(world)


@settings(max_examples=15)
@given(text=manifests())
def test_groups_in_another_order_need_nothing(text: str) -> None:
    world = shop(text)
    world.deploy()
    head, first, second = text.split("\n- name: ")

    world.manifest = f"{head}\n- name: {second.rstrip()}\n- name: {first}\n"

    assert is_settled(world)


def test_an_alias_is_recorded_without_touching_a_machine() -> None:
    world = shop()
    world.deploy()
    world.manifest = world.manifest.replace("properties: {size: 7}", ALIAS)
    world.new_task()

    plan = world.plan_deploy()

    assert plan.steps == ()
    assert [record.group for record in plan.refreshed] == ["db", "db", "db"]
    specs = [record.spec for record in plan.refreshed if record.spec is not None]
    assert {str(spec.dns_aliases[0]["domain"]) for spec in specs} == {"db.internal"}
