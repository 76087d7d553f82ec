import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from swift_trainer.cli import COMMANDS, main


def _modules_after(code: str) -> set[str]:
    program = f"import sys\n{code}\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.splitlines()}


def test_help_loads_neither_the_http_library_nor_rich_nor_the_service() -> None:
    loaded = _modules_after("from swift_trainer.cli import main\nmain(['--help'], standalone_mode=False)")

    assert "click" in loaded
    assert not loaded & {"httpx2", "rich", "flask", "celery", "redis", "structlog", "api", "workers", "common"}


def test_commands_load_rich_for_a_terminal_only() -> None:
    loaded = _modules_after(
        "from swift_trainer.cli import failure\n"
        "from swift_trainer.cli.commands import logs, ls, show, steer, submit, wait"
    )

    assert "httpx2" in loaded
    assert not loaded & {"rich", "flask", "celery", "redis", "common"}


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in {"up", "demo"}])
def test_each_command_explains_itself(name: str) -> None:
    result = CliRunner().invoke(main, [name, "--help"])

    assert result.exit_code == 0
    assert "Usage:" in result.stdout


def test_help_lists_every_command_without_loading_it() -> None:
    result = CliRunner().invoke(main, ["--help"])

    assert result.exit_code == 0
    assert all(f"  {name} " in result.stdout for name in COMMANDS)


def test_an_unknown_command_is_wrong_usage() -> None:
    result = CliRunner().invoke(main, ["frobnicate"])

    assert result.exit_code == 2
    assert "No such command 'frobnicate'" in result.stderr


def test_version_is_the_distributions() -> None:
    result = CliRunner().invoke(main, ["--version"], prog_name="swt")

    assert result.exit_code == 0
    assert re.fullmatch(r"swt \d+\.\d+\.\d+\n", result.stdout)
