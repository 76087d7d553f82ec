"""Tests of `deploy.platforms`, with a real Redis and real processes."""
