"""Messages on the wire as typed values, and their codecs: agent requests, heartbeats, event lines.

Pure: bytes or JSON in, values out, and back. Who sends a message, and over what, is decided in
`adapters/` and `agent/`; the shapes are BOSH's, so that its agents and its CLI understand us.
"""
