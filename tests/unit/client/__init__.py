"""Tests of `client`, alone."""
