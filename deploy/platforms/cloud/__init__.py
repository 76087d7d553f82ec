"""Clouds as a platform, through SkyPilot, which runs in an environment of its own; nothing here speaks to a cloud
itself.
"""
