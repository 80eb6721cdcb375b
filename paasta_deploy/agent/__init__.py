"""The side of the VM: answers the director's requests, supervises jobs, mounts disks, heartbeats.

Shipped as a zipapp to machines that have nothing but Python, so it imports the standard library,
the NATS client, and the pure packages below it; never the director's side.
"""
