"""Tests of `api.edge`, alone."""
