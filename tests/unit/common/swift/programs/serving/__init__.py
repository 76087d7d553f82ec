"""Tests of `common.swift.programs.serving`, alone."""
