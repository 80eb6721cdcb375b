"""The composer's own limits; what it makes of documents is told in ``test_reader``."""

import pytest
from yaml._yaml import CParser

from paasta_deploy.manifest.document.composer import Composer, Stop


def test_a_document_that_cannot_be_used_leaves_the_loop_with_its_reason() -> None:
    with pytest.raises(Stop) as stopped:
        Composer("x.yml").compose(CParser("*a").get_event)

    assert stopped.value.diagnostic.code == "PD0008"


def test_an_empty_stream_has_no_node() -> None:
    assert Composer("x.yml").compose(CParser("").get_event) is None
