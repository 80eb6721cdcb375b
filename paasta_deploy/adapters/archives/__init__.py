"""Release and stemcell archives: reading them as if written by an enemy, and making them.

What an archive says becomes values of ``model/release.py`` and ``model/stemcell.py``; what is
wrong with it becomes a ``ReleaseError`` or ``StemcellError`` with BOSH's numeric code. What is
made here is the same to the byte for the same input. Nothing here talks to the store.
"""
