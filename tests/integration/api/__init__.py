"""Tests of `api`, with a real Redis and real processes."""
