"""TTHC: every administrative-procedure dossier of a one-stop shop, from receipt to return."""
