"""Certificates of the director, its servers and its agents, signed by the director's own CA."""

from paasta_deploy.adapters.certificates.agent_settings import (
    AgentEndpoints,
    DirectorAgentSettings,
)
from paasta_deploy.adapters.certificates.director_certificates import (
    CertificateFiles,
    DirectorCertificates,
)

__all__ = ["AgentEndpoints", "CertificateFiles", "DirectorAgentSettings", "DirectorCertificates"]
