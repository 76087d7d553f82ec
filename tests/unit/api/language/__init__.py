"""Tests of `api.language`, alone."""
