"""Tests of `common.access`, alone."""
