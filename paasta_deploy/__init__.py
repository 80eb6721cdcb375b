"""paasta-deploy: a deployment orchestrator for BOSH manifests on any IaaS.

The map of the packages is `docs/architecture.md`; the layers are enforced by `setup.cfg`.
"""
