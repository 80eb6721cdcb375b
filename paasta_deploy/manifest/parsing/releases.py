"""``releases:`` and ``stemcells:`` of a deployment. Source: spec bosh.md 1.3, 1.4."""

from paasta_deploy.diagnostics import codes
from paasta_deploy.manifest.document.node import NodeSource
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.manifest.parsing.names import Unique
from paasta_deploy.model.deployment import OsVersion, ReleaseRef, StemcellRef
from paasta_deploy.model.ids import ReleaseName


def parse_releases(top: Fields, *, need: bool = True) -> tuple[ReleaseRef, ...]:
    """Return the releases, from ``releases:`` or from the old ``release:`` with a single one."""
    single = _single_release(top) if "release" in top.node.entries else ()
    unique = Unique(top.report, codes.DUPLICATE_RELEASE, "the release")
    found: list[ReleaseRef] = []
    need = need and "release" not in top.node.entries
    for fields in (*single, *top.objects("releases", "release", need=need)):
        release = _release(fields)
        if unique.add(release.name, fields.source_of("name")):
            found.append(release)
    return tuple(found)


def _single_release(top: Fields) -> tuple[Fields, ...]:
    single = top.fields("release", "release")
    if "releases" in top.node.entries:
        code = codes.AMBIGUOUS_RELEASES
        top.report.error(
            code if top.what == "deployment" else codes.numbered(code, 530000),
            "there are both `release` and `releases`",
            top.key_span("release"),
            "only one of them is allowed",
            "put this release into the list below `releases:`",
        )
    else:
        top.report.warning(
            codes.OLD_FORM,
            "a single `release` is an old way to write `releases`",
            top.key_span("release"),
            "it is still read",
            "write `releases:` and below it `- name: ...`",
        )
    return () if single is None else (single,)


def _release(fields: Fields) -> ReleaseRef:
    release = ReleaseRef(
        name=ReleaseName(fields.text("name", need=True)),
        version=fields.text("version", need=True),
        url=fields.text("url"),
        sha1=fields.text("sha1"),
        stemcell=_os_version(fields.fields("stemcell", "stemcell of a release")),
        exported_from=tuple(
            item
            for item in map(_os_version, fields.objects("exported_from", "stemcell of a release"))
            if item is not None
        ),
        source=NodeSource(fields.node),
    )
    fields.finish()
    return release


def _os_version(fields: Fields | None) -> OsVersion | None:
    if fields is None:
        return None
    value = OsVersion(os=fields.text("os", need=True), version=fields.text("version", need=True))
    fields.finish()
    return value


def parse_stemcells(top: Fields) -> tuple[StemcellRef, ...]:
    """Return the stemcells. A ``name`` wins over an ``os``, as in BOSH."""
    unique = Unique(top.report, codes.DUPLICATE_STEMCELL, "the stemcell alias")
    found: list[StemcellRef] = []
    for fields in top.objects("stemcells", "stemcell"):
        stemcell = _stemcell(fields)
        if unique.add(stemcell.alias, fields.source_of("alias")):
            found.append(stemcell)
    return tuple(found)


def _stemcell(fields: Fields) -> StemcellRef:
    name, os = fields.text("name"), fields.text("os")
    if not name and not os and not {"name", "os"} & fields.node.entries.keys():
        fields.missing("os", "add `os: ubuntu-jammy`, or `name:`", codes.STEMCELL_NOT_NAMED)
    stemcell = StemcellRef(
        alias=fields.text("alias", need=True),
        version=fields.text("version", need=True),
        os="" if name else os,
        name=name,
        source=NodeSource(fields.node),
    )
    fields.finish()
    return stemcell
