"""All we know of ms-swift: its options, command lines, inputs, needs, and the programs that run in its interpreter."""
