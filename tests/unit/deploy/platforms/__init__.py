"""Tests of `deploy.platforms`, without a platform."""
