"""Tests of `deploy`, with a real Redis and real processes."""
