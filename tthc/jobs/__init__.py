"""Work that goes page by page: one transaction a page, shared by the command line and workers."""
