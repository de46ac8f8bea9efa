"""Who calls: open data of a user by CloudID, and other accounts' environments."""
