"""Tests of `docs`, alone."""
