"""The query language: MongoDB's filters, updates, projections, orders and pipelines.

Everything is compiled once into closures and then run, so what is wrong with a query is said before
the first document. Documents are never edited; results share with them what did not change.
"""

from cloud_fake.query.filters import Filter, compile_element_test, compile_filter
from cloud_fake.query.ordering import Order, compile_order
from cloud_fake.query.projections import Projection, compile_projection

__all__ = [
    "Filter",
    "Order",
    "Projection",
    "compile_element_test",
    "compile_filter",
    "compile_order",
    "compile_projection",
]
