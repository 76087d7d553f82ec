"""Tests of `common.swift.options`, alone."""
