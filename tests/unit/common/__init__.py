"""Tests of `common`, alone."""
