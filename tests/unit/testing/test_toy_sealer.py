"""The toy sealer passes the suite of the real one."""

import pytest
from typing_extensions import override

from paasta_deploy.ports.sealing import Sealer
from paasta_deploy.testing.sealer_conformance import SealerConformance
from paasta_deploy.testing.toy_sealer import ToySealer


class TestToySealer(SealerConformance):
    """The suite over the fake."""

    @pytest.fixture
    @override
    def sealer(self) -> Sealer:
        return ToySealer()

    @pytest.fixture
    @override
    def stranger(self) -> Sealer:
        return ToySealer("another key")
