"""What a certificate says of itself: whom it is for, and until when."""

from cryptography import x509
from typing_extensions import override

from paasta_deploy.model.errors import VariableError
from paasta_deploy.model.variable_records import CertificateFacts
from paasta_deploy.ports.sealing import CertificateReader


class X509Reader(CertificateReader):
    """Reads X.509 certificates in PEM."""

    @override
    def facts(self, pem: str) -> CertificateFacts:
        try:
            certificate = x509.load_pem_x509_certificate(pem.encode())
        except ValueError as error:
            raise VariableError(
                f"A certificate cannot be read: {error}.", hint="It must be X.509 in PEM."
            ) from error
        return CertificateFacts(
            subject=certificate.subject.rfc4514_string(),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            is_authority=_is_authority(certificate),
        )


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
