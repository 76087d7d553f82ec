"""The commands of `swt`, one file for each noun or verb; what they share lies beside this folder, and `up`, `migrate`
and `demo` come with the service (client/stack, client/demo).
"""
