"""The real things behind the ports: SQLite, NATS, blobs on disk, certificates, processes.

One adapter does one port with one technology, translates its errors into `PaastaError`s, and
decides nothing. Only `wiring/` constructs them.
"""
