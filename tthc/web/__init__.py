"""Pages: what staff look at and write on, made on the server."""
