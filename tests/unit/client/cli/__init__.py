"""Tests of `client.cli`, alone."""
