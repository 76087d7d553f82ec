"""Tests of `common.swift.inputs.tables`, alone."""
