"""A stemcell as its archive describes it. Values only; ``adapters/archives`` reads the tarball.

Source: BOSH ``stemcell.MF`` (spec 10.1).
"""

from dataclasses import dataclass, field

from paasta_deploy.model.ids import StemcellName, StemcellVersion
from paasta_deploy.model.spec import StemcellKey
from paasta_deploy.model.values import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class StemcellManifest:
    """What ``stemcell.MF`` says.

    ``digest`` covers the ``image`` member (multi-digest text). ``cloud_properties`` are for the
    CPI's ``create_stemcell``; a light stemcell has all it needs in there and an empty image.
    """

    name: StemcellName
    version: StemcellVersion
    os: str
    digest: str
    api_version: int = 1
    bosh_protocol: str = "1"
    formats: tuple[str, ...] = ()
    cloud_properties: JsonObject = field(default_factory=dict)

    @property
    def key(self) -> StemcellKey:
        """The identity that deployments refer to."""
        return StemcellKey(name=self.name, version=self.version, os=self.os)
