"""Validation: refuses what cannot work before a GPU is taken, be it a training, a deployment, an export or its options;
how files are judged is in common/swift/inputs.
"""
