"""Tests of `scheduler`, alone."""
