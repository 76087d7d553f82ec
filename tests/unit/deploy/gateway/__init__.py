"""Tests of `deploy.gateway`, alone."""
