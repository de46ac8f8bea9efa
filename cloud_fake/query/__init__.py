"""The query language: MongoDB's filters, updates, projections, orders and pipelines.

Everything is compiled once into closures and then run, so what is wrong with a query is said before
the first document. Documents are never edited; results share with them what did not change.
"""
