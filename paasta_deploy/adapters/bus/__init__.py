"""The bus between director and agents: nats-server, who may use it, and talking over it."""
