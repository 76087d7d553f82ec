"""What runs the service on one machine: stack/ behind `swt up` and `swt migrate`, demo/ behind `swt demo`; what talks
to a service from anywhere, the SDK and the command `swt`, is in src/, a distribution of its own.
"""
