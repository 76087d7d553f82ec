"""Programs that run in the interpreter of ms-swift, from their files: of this service they need nothing, but for the
launcher, which takes common/asked_media along.
"""
