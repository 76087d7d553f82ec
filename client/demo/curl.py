"""The demonstration's request as a curl command for a shell."""

import json
from pathlib import Path
from typing import Any


def as_curl(url: str, key_file: Path, body: dict[str, Any]) -> str:
    """The same POST by curl. The key stays in its file."""
    return (
        f"curl -X POST {url} \\\n"
        f'  -H "Authorization: Bearer $(cat {key_file})" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d '{json.dumps(body, indent=2)}'"
    )
