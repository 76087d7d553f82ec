"""Tests of `client`, with a real Redis and real processes."""
