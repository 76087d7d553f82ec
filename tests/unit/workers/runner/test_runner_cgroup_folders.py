"""Where a process's own control groups are seen."""

from pathlib import Path

import pytest

from workers.runner.cgroup_folders import folders

V2 = "31 23 0:38 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw,nsdelegate"
HYBRID = """\
31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
37 31 0:34 / /sys/fs/cgroup/freezer rw,relatime - cgroup cgroup rw,freezer
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
"""
IN_A_CONTAINER = "37 31 0:34 /docker/abc /sys/fs/cgroup/freezer ro - cgroup cgroup rw,freezer"


@pytest.mark.parametrize(
    ("own", "mounts", "found"),
    [
        ("0::/worker.service\n", V2, [("v2", "/sys/fs/cgroup/worker.service")]),
        ("0::/\n", V2, [("v2", "/sys/fs/cgroup")]),
        (
            "6:freezer:/a/b\n4:memory:/m\n0::/a\n",
            HYBRID,
            [("v2", "/sys/fs/cgroup/unified/a"), ("v1", "/sys/fs/cgroup/freezer/a/b")],
        ),
        ("5:cpu,freezer:/docker/abc/x\n", IN_A_CONTAINER, [("v1", "/sys/fs/cgroup/freezer/x")]),
        ("5:freezer:/docker/abc\n", IN_A_CONTAINER, [("v1", "/sys/fs/cgroup/freezer")]),
        ("5:freezer:/docker/abcdef\n", IN_A_CONTAINER, []),  # another container's, which is not seen
        ("0::/../sibling\n", V2, []),
        ("", V2, []),
        ("0::/a\n", "", []),
    ],
)
def test_own_groups_are_found_where_they_are_mounted(tmp_path, own, mounts, found):
    (tmp_path / "own").write_text(own)
    (tmp_path / "mounts").write_text(mounts)

    seen = folders(tmp_path / "own", tmp_path / "mounts")

    assert seen == [(kind, Path(folder)) for kind, folder in found]


def test_a_system_without_them_has_none(tmp_path):
    assert folders(tmp_path / "own", tmp_path / "mounts") == []
