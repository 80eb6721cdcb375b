"""The identity of a stemcell."""

from paasta_deploy.model.ids import StemcellName, StemcellVersion
from paasta_deploy.model.spec import StemcellKey
from paasta_deploy.model.stemcell import StemcellManifest


def test_the_key_is_name_version_and_os() -> None:
    manifest = StemcellManifest(
        name=StemcellName("n"), version=StemcellVersion("1.2"), os="linux", digest="d"
    )
    assert manifest.key == StemcellKey(
        name=StemcellName("n"), version=StemcellVersion("1.2"), os="linux"
    )
