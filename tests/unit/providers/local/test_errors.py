"""What the kernel says becomes what an operator can do."""

import errno
import os

import pytest
from paasta_providers.local.errors import CAUSES, boot_failure, busy_disk, cloud_error, failure

from paasta_deploy.cpi.errors import (
    CloudConfigError,
    CloudCredentialsError,
    CloudError,
    CloudUnavailableError,
    DiskInUseError,
    NoDiskSpaceError,
    QuotaExceededError,
    VmCreationError,
    VmCreationRetryableError,
)


@pytest.mark.parametrize("number", CAUSES, ids=errno.errorcode.get)
def test_every_known_cause_has_a_remedy_and_names_the_errno(number: int) -> None:
    error = failure(number, "mounting the disk", "/x", method="attach_disk", cid="disk-a")

    assert error.hint
    assert f"errno {number}" in str(error)
    assert (error.provider, error.method, error.cid) == ("local", "attach_disk", "disk-a")
    assert "of disk-a while mounting the disk (/x)" in str(error)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.EPERM, CloudCredentialsError),
        (errno.ENOSPC, NoDiskSpaceError),
        (errno.EMFILE, QuotaExceededError),
        (errno.EEXIST, CloudConfigError),
        (errno.EBUSY, CloudUnavailableError),
    ],
)
def test_a_cause_has_its_own_class(number: int, kind: type[CloudError]) -> None:
    error = cloud_error(OSError(number, os.strerror(number), "/x"), "trying")

    assert type(error) is kind
    assert error.retryable == (kind is CloudUnavailableError)


def test_an_unknown_cause_is_told_in_the_kernels_words() -> None:
    error = cloud_error(OSError(errno.EXDEV, "moved"), "trying")

    assert type(error) is CloudError
    assert os.strerror(errno.EXDEV) in str(error)


def test_a_deadline_that_passed_is_worth_another_try() -> None:
    assert cloud_error(TimeoutError("timed out"), "asking").retryable


def test_a_machine_that_did_not_come_up_is_a_failed_creation() -> None:
    assert isinstance(boot_failure(errno.EXDEV, "x", "", cid="vm-a"), VmCreationError)
    assert isinstance(boot_failure(errno.EBUSY, "x", "", cid="vm-a"), VmCreationRetryableError)
    assert type(boot_failure(errno.EPERM, "x", "", cid="vm-a")) is CloudCredentialsError


def test_a_busy_disk_names_both_and_what_to_do() -> None:
    error = busy_disk("vm-a", "disk-a")

    assert isinstance(error, DiskInUseError)
    assert "vm-a" in str(error)
    assert "disk-a" in str(error)
    assert "stop" in error.hint
