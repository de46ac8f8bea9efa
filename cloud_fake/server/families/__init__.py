"""Server: the protocol families, one module each, and what several of them share."""
