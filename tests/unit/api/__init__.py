"""Tests of `api`, alone."""
