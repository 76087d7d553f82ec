"""What is known of rows and files of training data, for the API, the worker and the launcher of trainings alike;
whether a job may use them is judged in common/swift/inputs.

Standard library only and relative imports only: the launcher loads it into ms-swift's interpreter, which has nothing
else of the service (common/swift/programs/train_launcher.py).
"""
