"""The shop with links: `db` provides one, `web` takes one if there is one."""

from pathlib import Path

from tests.unit.director.director_world import World
from tests.unit.director.shop_release import DB, WEB, build_shop

FILES = {
    "jobs/db/spec": DB + "provides: [{name: db, type: sql, properties: [port]}]\n",
    "jobs/web/spec": WEB + "consumes: [{name: db, type: sql, optional: true}]\n",
    "jobs/web/templates/text.j2": (
        '{% if if_link("db") %}{{ link("db").p("port") }}'
        ' {% for one in link("db").instances %}{{ one.address }} {% endfor %}'
        '{{ link("db").address() }}{% endif %}\n'
    ),
}

HEAD = """\
name: NAME
releases: [{name: shop, version: latest}]
stemcells: [{alias: default, os: made-up, version: latest}]
update: {canaries: 1, max_in_flight: 2, canary_watch_time: 1000, update_watch_time: 1000}
instance_groups:
"""
GROUP = """\
- name: JOB
  instances: 1
  azs: [z1]
  vm_type: small
  stemcell: default
  networks: [{name: default}]
  jobs: [{name: JOB, release: shop, SAID}]
"""


def deployment(name: str, *jobs: str, features: str = "") -> str:
    """Return a manifest; each job is ``db provides: {...}`` or ``web consumes: {...}``."""
    groups = []
    for job in jobs:
        which, _, said = job.partition(" ")
        groups.append(GROUP.replace("JOB", which).replace("SAID", said or "properties: {}"))
    head = HEAD.replace("NAME", name)
    if features:
        head = head.replace("update:", f"features: {{{features}}}\nupdate:")
    return head + "".join(groups)


async def upload_linked(world: World, folder: Path, version: str = "2") -> None:
    """Upload the release with links."""
    await world.upload(build_shop(folder, version=version, files=FILES))
