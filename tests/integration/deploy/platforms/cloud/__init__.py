"""Tests of `deploy.platforms.cloud`, with a real Redis and real processes."""
