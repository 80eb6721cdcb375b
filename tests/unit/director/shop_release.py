"""A real release, made in a folder and packed: two jobs with templates, two packages, no process.

``say`` is a template that shows a property, so a changed property is a changed file. ``strict``
has a template that fails when its property is missing.
"""

from collections.abc import Mapping
from pathlib import Path

from paasta_deploy.adapters.archives.release_builder import build_release

WEB = """\
name: web
description: Says a text.
templates: {text.j2: config/text}
packages: [app]
properties:
  text: {description: What to say, default: Hello.}
  token: {description: A secret, default: ""}
"""
DB = """\
name: db
description: Keeps a port.
templates: {port.j2: config/port}
packages: [base]
properties:
  port: {description: A port, default: 5432}
"""
STRICT = """\
name: strict
description: Needs its property.
templates: {must.j2: config/must}
properties:
  must: {description: There is no default}
"""
FILES: Mapping[str, str] = {
    "config/final.yml": "name: shop\n",
    "config/blobs.yml": "{}\n",
    "jobs/web/spec": WEB,
    "jobs/web/monit": "",
    "jobs/web/templates/text.j2": '{{ p("text") }} {{ p("token") }}\n',
    "jobs/db/spec": DB,
    "jobs/db/monit": "",
    "jobs/db/templates/port.j2": '{{ p("port") }}\n',
    "jobs/strict/spec": STRICT,
    "jobs/strict/monit": "",
    "jobs/strict/templates/must.j2": '{{ p("must") }}\n',
    "packages/base/spec": "name: base\nfiles: [base/lib]\n",
    "packages/base/packaging": "cp base/lib ${BOSH_INSTALL_TARGET}\n",
    "packages/app/spec": "name: app\ndependencies: [base]\nfiles: [app/app]\n",
    "packages/app/packaging": "cp app/app ${BOSH_INSTALL_TARGET}\n",
    "src/base/lib": "lib\n",
    "src/app/app": "app\n",
}


def build_shop(
    folder: Path, *, version: str = "1", files: Mapping[str, str] | None = None
) -> Path:
    """Write the release into ``folder`` and return the path of its tarball.

    ``files`` replaces or adds files, to make other content.
    """
    source = folder / f"source-{version}"
    for name, text in {**FILES, **(files or {})}.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return build_release(source, folder / f"shop-{version}.tgz", version=version).path
