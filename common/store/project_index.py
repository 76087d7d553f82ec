"""The index by project: one member for each thing that people see, read by lexical range."""


def project_member(project: str, kind: str, number: int, name: str) -> str:
    """Where it stands: among the things of its kind in its project, by number. The same is in lua/parts/project.lua."""
    return f"{project}:{kind}:{number:016d}:{name}"
