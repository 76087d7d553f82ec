"""Tests of `workers`, with a real Redis and real processes."""
