"""Tests of `common.swift.programs`, alone."""
