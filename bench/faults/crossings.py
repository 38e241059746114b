"""Dossiers that reach a rung: returned ones are made to run again, due around now."""

from __future__ import annotations

from datetime import datetime

from bench.faults.database import Database

RUN_AGAIN = """
UPDATE dossiers SET status = 4, finished_at = NULL, ended_at = NULL, returned_at = NULL,
       received_at = %(now)s - interval '90 days', recorded_at = %(now)s - interval '90 days',
       due_at = %(now)s - interval '1 hour' * (id %% 960 + 30),
       overdue_at = %(now)s - interval '1 hour' * (id %% 960 + 30) + interval '1 minute'
WHERE id IN (SELECT id FROM dossiers WHERE status = 10 AND due_at IS NOT NULL
             ORDER BY id LIMIT %(count)s)
"""
END_ALL = """
UPDATE dossiers SET status = 7, ended_at = %(now)s, stopped_at = NULL, paused_for = NULL
WHERE status IN (1, 2, 4, 5, 6, 9)
"""
FORGET = "TRUNCATE alerts CASCADE"


def make_late(database: Database, count: int, *, now: datetime) -> int:
    """Let so many more dossiers be late by up to forty days; return how many."""
    return database.command(RUN_AGAIN, count=count, now=now)


def forget_alerts(database: Database) -> None:
    """Let it be as if nobody had been told of anything."""
    database.command(FORGET)


def end_all(database: Database, *, now: datetime) -> None:
    """Let every open dossier be withdrawn, so that only those made late are told of."""
    database.command(END_ALL, now=now)
