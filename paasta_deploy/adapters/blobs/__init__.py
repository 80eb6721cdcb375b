"""The blobstore: a folder of immutable files, signed links into it, and who serves the links."""

from paasta_deploy.adapters.blobs.folder import BlobFolder
from paasta_deploy.adapters.blobs.links import BlobLinks, open_links
from paasta_deploy.adapters.blobs.listener import BlobListener

__all__ = ["BlobFolder", "BlobLinks", "BlobListener", "open_links"]
