"""How many statements something costs."""

from __future__ import annotations

from contextlib import contextmanager

from sqlalchemy import event


@contextmanager
def counted_statements(session):
    """Give a list that every statement but those of savepoints is written into."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_others):
        if not statement.startswith(("SAVEPOINT", "RELEASE")):
            seen.append(statement.split("\n")[0])

    engine = session.connection().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
