"""One writer at a time, over all processes: the lock that orders journal entries and claims."""

from sqlalchemy import Connection, text


def lock_journal(connection: Connection) -> None:
    """Keep other writers out until the transaction ends. Readers are not held up.

    SQLite needs nothing: a transaction that writes has the lock of the whole file already.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE journal IN EXCLUSIVE MODE"))
