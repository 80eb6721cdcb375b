"""What depends on what, read off a manifest."""

from paasta_deploy.manifest import parse_deployment, read_document
from paasta_deploy.manifest.relations import Relations, relations_of, with_links
from paasta_deploy.model.ids import InstanceGroupName, JobName
from paasta_deploy.wire.deployment_graph import LinkKnowledge, LinkUse

MANIFEST = """
name: shop
releases: [{name: shop, version: 1}]
stemcells: [{alias: default, os: jammy, version: 1}]
update: {canaries: 1, max_in_flight: 2, canary_watch_time: 1000, update_watch_time: 1000}
variables:
- {name: ca, type: certificate, options: {is_ca: true, common_name: ca}}
- {name: web_tls, type: certificate, options: {ca: ca, common_name: web}}
- {name: db_password, type: password}
instance_groups:
- name: db
  instances: 2
  azs: [z1, z2]
  vm_type: small
  stemcell: default
  persistent_disk_type: big
  networks: [{name: private}]
  jobs:
  - name: db
    release: shop
    provides: {db: {as: store}}
    properties: {password: ((db_password))}
- name: cache
  instances: 1
  azs: [z1]
  vm_type: small
  stemcell: default
  persistent_disk: 100
  update: {serial: false}
  networks: [{name: private}]
  jobs: [{name: cache, release: shop}]
- name: web
  instances: 3
  azs: [z1]
  vm_type: small
  stemcell: default
  update: {serial: false}
  networks: [{name: private, default: [dns, gateway]}, {name: public}]
  jobs:
  - name: web
    release: shop
    consumes:
      db: {from: store}
      cache: {from: cache}
      queue: {from: q, deployment: broker}
      static: {instances: [{address: 10.0.0.1}], properties: {}}
      none: nil
    properties: {tls: ((web_tls.certificate)), password: ((db_password))}
- name: smoke
  instances: 1
  lifecycle: errand
  azs: [z1]
  vm_type: small
  stemcell: default
  networks: [{name: private}]
  jobs: [{name: smoke, release: shop}]
"""


def relations(text: str = MANIFEST) -> Relations:
    document = read_document("shop.yml", text).node
    assert document is not None
    manifest = parse_deployment(document).manifest
    assert manifest is not None
    return relations_of(manifest, document)


def test_groups_are_in_the_order_of_the_rollout() -> None:
    found = relations()

    assert [[group.name for group in together] for together in found.order] == [
        ["db"],
        ["cache", "web"],
    ]
    assert [group.name for group in found.groups if group.is_errand] == ["smoke"]


def test_links_decide_about_positions_where_that_is_wanted() -> None:
    found = relations(MANIFEST.replace("update: {canaries", "update: {order: graph, canaries", 1))

    assert {group.name: group.position for group in found.groups} == {
        "db": 1, "cache": 1, "web": 2, "smoke": 0,
    }  # fmt: skip
    assert found.waits == {"db": (), "cache": (), "web": ("db",)}


def test_links_that_a_director_knows_decide_then() -> None:
    text = MANIFEST.replace("update: {canaries", "update: {order: graph, canaries", 1)
    known = LinkUse(
        group=InstanceGroupName("db"),
        job=JobName("db"),
        link="cache",
        knowledge=LinkKnowledge.RESOLVED,
        provider_group=InstanceGroupName("cache"),
    )

    found = with_links(relations(text), [known])

    assert found.waits == {"db": ("cache",), "cache": (), "web": ()}
    assert [[group.name for group in together] for together in found.order] == [
        ["cache", "web"], ["db"],
    ]  # fmt: skip


def test_disks_and_networks_are_named() -> None:
    found = relations()

    assert [group.disk for group in found.groups] == ["big", "100 MiB", "", ""]
    assert found.networks["public"] == ("web",)  # type: ignore[index]  # a name in a test


def test_links_are_known_as_far_as_they_are_written() -> None:
    links = {link.link: link for link in relations().links}

    assert set(links) == {"db", "cache", "queue", "static"}, "a blocked link is none"
    assert links["db"].knowledge is LinkKnowledge.WRITTEN
    assert (links["db"].provider_group, links["db"].provider_job) == ("db", "db")
    assert links["cache"].knowledge is LinkKnowledge.UNKNOWN
    assert (links["queue"].deployment, links["queue"].provider_group) == ("broker", None)
    assert links["static"].knowledge is LinkKnowledge.MANUAL


def test_a_name_that_two_jobs_offer_is_not_known() -> None:
    twice = MANIFEST.replace(
        "jobs: [{name: cache, release: shop}]",
        "jobs: [{name: cache, release: shop, provides: {c: {as: store}}}]",
    )

    links = {link.link: link for link in relations(twice).links}

    assert links["db"].knowledge is LinkKnowledge.UNKNOWN


def test_a_director_knows_better() -> None:
    known = LinkUse(
        group=InstanceGroupName("web"),
        job=JobName("web"),
        link="cache",
        knowledge=LinkKnowledge.RESOLVED,
        provider_group=InstanceGroupName("cache"),
        provider_job=JobName("cache"),
    )

    assert with_links(relations(), [known]).links == (known,)


def test_variables_are_told_with_their_users_and_their_authority() -> None:
    found = {variable.name: variable for variable in relations().variables}

    assert found["web_tls"].authority == "ca"
    assert found["db_password"].used_by == ("db", "web")
    assert found["ca"].used_by == ()
    assert relations().groups[2].variables == ("db_password", "web_tls")
