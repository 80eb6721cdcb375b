"""Properties: splitting and joining PEM texts loses nothing."""

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.agent.trusted_certs import split_certificates

PEM = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"


@given(st.lists(st.text(st.sampled_from("ABab01+/="), min_size=1)))
def test_each_certificate_is_one_text(bodies: list[str]) -> None:
    texts = [PEM.format(body) for body in bodies]
    assert split_certificates("\n".join(texts)) == texts


def test_what_is_no_certificate_is_none() -> None:
    assert split_certificates("") == []
    assert split_certificates("nonsense") == []
