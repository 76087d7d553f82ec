"""Tests of `scheduler`, with a real Redis and real processes."""
