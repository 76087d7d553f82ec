"""Where ms-swift is to look on this node, and what it leaves behind; its command lines are in common/swift."""
