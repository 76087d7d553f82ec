"""Tests of `deploy`, alone."""
