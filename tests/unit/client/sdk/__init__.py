"""Tests of `client.sdk`, alone."""
