"""Tests of `deploy.gateway`, with a real Redis and real processes."""
