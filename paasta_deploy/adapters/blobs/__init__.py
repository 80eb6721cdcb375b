"""Blobs on disk, links to them that expire, and the listener where agents use those links."""

from paasta_deploy.adapters.blobs.folder import BlobFolder
from paasta_deploy.adapters.blobs.links import BlobLinks
from paasta_deploy.adapters.blobs.listener import BlobListener

__all__ = ["BlobFolder", "BlobLinks", "BlobListener"]
