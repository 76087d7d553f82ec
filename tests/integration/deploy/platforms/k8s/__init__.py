"""Tests of `deploy.platforms.k8s`, with a real Redis and real processes."""
