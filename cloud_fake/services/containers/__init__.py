"""Containers (cloud run): web apps and Python callables that answer `callContainer`."""
