"""How a message leaves: by mail or to a webhook. Nothing here knows the database."""
