"""SHA-512 crypt: what OpenSSL has, we have."""

import shutil
import subprocess

import pytest

from paasta_deploy.adapters.variables.sha512_crypt import sha512_crypt


def test_a_hash_is_the_one_that_everybody_computes() -> None:
    # What `openssl passwd -6 -salt saltstring 'Hello world!'` prints.
    assert sha512_crypt("Hello world!", "saltstring") == (
        "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/"
        "O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1"
    )


@pytest.mark.skipif(not shutil.which("openssl"), reason="the program openssl is not installed")
@pytest.mark.parametrize(
    ("password", "salt"), [("a", "abc"), ("x" * 100, "0123456789abcdef"), ("한글 비밀", "./Az")]
)
def test_openssl_has_the_same(password: str, salt: str) -> None:
    done = subprocess.run(
        ["openssl", "passwd", "-6", "-salt", salt, "-stdin"],
        input=password.encode() + b"\n",
        capture_output=True,
        check=True,
        timeout=60,
    )

    assert sha512_crypt(password, salt) == done.stdout.decode().strip()
