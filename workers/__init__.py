"""Floor 4: Celery and the relay. A task opens a transaction, calls one service, logs."""
