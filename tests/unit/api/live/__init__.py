"""Tests of `api.live`, alone."""
