"""Tests of `client.stack`, alone."""
