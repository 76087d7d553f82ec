"""Endpoints, one file per noun."""
