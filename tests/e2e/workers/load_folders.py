"""Loads the folders that stdin names, as ms-swift does; prints for each whether that went well."""

import json
import sys

from datasets import load_dataset


def loads(folder: str) -> bool:
    try:
        load_dataset(folder, split="train")
    except Exception:
        return False
    return True


print(json.dumps([loads(folder) for folder in json.load(sys.stdin)]))
