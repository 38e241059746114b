"""Taking dossiers over from files of other systems: ask, read, stage, write page by page."""
