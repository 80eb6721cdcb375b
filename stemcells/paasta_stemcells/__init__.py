"""Stemcells: definitions, stages and formats of machine images, and the builder that makes them.

Stands beside the core: `paasta_deploy` never imports it, and it imports no provider. A definition
is data, a stage is one idempotent change to a root file system, a format makes that an image.
"""
