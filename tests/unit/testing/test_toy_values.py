"""The fake of making values does what the real one does."""

import pytest

from paasta_deploy.ports.variables import ValueGenerator
from paasta_deploy.testing.clock import FakeClock
from paasta_deploy.testing.toy_values import ToyValues
from paasta_deploy.testing.values_conformance import ValuesConformance


class TestConformance(ValuesConformance):
    """The port, without cryptography."""

    @pytest.fixture
    def generator(self) -> ValueGenerator:
        """Return a generator of toys."""
        return ToyValues(clock=FakeClock())
