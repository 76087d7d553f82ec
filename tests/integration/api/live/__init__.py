"""Tests of `api.live`, with a real Redis and real processes."""
