"""The document database: collections, who may do what, reading, writing, aggregating."""
