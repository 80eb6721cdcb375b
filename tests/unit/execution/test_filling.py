"""Values come in for placeholders at the last moment, and out of the errors of clouds."""

import pytest

from paasta_deploy.cpi.errors import CloudError, QuotaExceededError
from paasta_deploy.execution.filling import hiding
from paasta_deploy.model.spec import DiskSpec
from paasta_deploy.model.values import JsonObject


def disk(**cloud_properties: object) -> DiskSpec:
    properties: JsonObject = cloud_properties  # type: ignore[assignment] # made of JSON here
    return DiskSpec(size_mib=1, cloud_properties=properties)


BEFORE = disk(a="((pw))", b=["x", {"c": "in ((key.pem))"}], d="plain", e="((n))", f="((tls))")
AFTER = disk(
    a="hunter22", b=["x", {"c": "in MIIB-and-more"}], d="plain", e="no", f={"ca": "one\ntwo-two"}
)


def test_what_came_in_goes_out_of_an_error_and_its_cause() -> None:
    failure = QuotaExceededError(
        "`hunter22` of plain: in MIIB-and-more, two-two", hint="hunter22!"
    )
    with pytest.raises(QuotaExceededError) as raised, hiding(BEFORE, AFTER):
        raise failure from ValueError("hunter22")

    assert str(raised.value) == "`((pw))` of plain: in ((key.pem)), ((tls))"
    assert raised.value.hint == "((pw))!"
    assert raised.value.__cause__ is None


def test_an_innocent_error_is_passed_on_as_it_is() -> None:
    cause = ValueError("plain")
    with pytest.raises(CloudError) as raised, hiding(BEFORE, AFTER):
        raise CloudError("no such plain thing") from cause

    assert raised.value.__cause__ is cause
    with pytest.raises(CloudError, match="hunter22"), hiding(BEFORE, BEFORE):
        raise CloudError("hunter22")
