"""Tests of `api.language.chinese`, alone."""
