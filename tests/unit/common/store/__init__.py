"""Tests of `common.store`, alone."""
