"""AI models and bots, answered by a test's functions."""
