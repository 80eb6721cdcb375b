"""Every error of the simulated API has its place in the tree of our errors."""

import pytest
from paasta_providers.simulated.client import ApiError, Trouble
from paasta_providers.simulated.errors import ERRORS, RETRY_AFTER_S, cloud_error

from paasta_deploy.cpi.errors import CloudError, CloudThrottledError

RETRYABLE = {Trouble.UNAVAILABLE, Trouble.THROTTLED, Trouble.VM_FAILED}


@pytest.mark.parametrize("trouble", Trouble)
def test_a_trouble_says_what_failed_where_and_whether_to_retry(trouble: Trouble) -> None:
    error = cloud_error(ApiError(trouble, "because"), method="create_vm", cid="vm-1")

    assert isinstance(error, ERRORS[trouble])
    assert str(error) == "The simulated cloud failed create_vm for 'vm-1': because."
    assert error.retryable == (trouble in RETRYABLE)
    assert error.provider == "simulated"


def test_all_but_throttling_carry_method_and_cid() -> None:
    error = cloud_error(ApiError(Trouble.QUOTA, "x"), method="create_vm", cid="vm-1")

    assert (error.method, error.cid) == ("create_vm", "vm-1")
    assert error.hint


def test_throttling_says_when_to_come_back() -> None:
    error: CloudError = cloud_error(ApiError(Trouble.THROTTLED, "x"), method="m", cid="c")

    assert isinstance(error, CloudThrottledError)
    assert error.retry_after_s == RETRY_AFTER_S
