"""How fast the fake is, against the tightest Python for the same work: `python -m tests.bench`.

Not part of the test run. Every round runs every contender once, the order rotates, and what counts
is the median of the ratios within a round: machines drift, ratios do not.
"""
