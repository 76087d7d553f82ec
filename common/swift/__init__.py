"""All we know of ms-swift: its options, command lines, inputs, needs, and the programs that run in its interpreter;
where it is to look on a node, and what it left there, is in workers/swift.
"""
