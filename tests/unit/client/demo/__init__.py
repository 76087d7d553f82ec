"""Tests of `client.demo`, alone."""
