"""Prints which files of folders `datasets` would read, and for which splits. Runs in the swift interpreter, a JSON list
of folders on its standard input.
"""

import json
import os
import sys

from datasets.load import LocalDatasetModuleFactory


def main(folders: list[str]) -> None:
    print(json.dumps([found(folder) for folder in folders]))


def found(folder: str) -> dict[str, object]:
    try:
        module = LocalDatasetModuleFactory(folder).get_module()
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    [config] = module.builder_configs_parameters.builder_configs
    files = {str(split): [os.path.relpath(file, folder) for file in of] for split, of in config.data_files.items()}
    return {"reader": module.module_path.rpartition(".")[2], "files": files}


if __name__ == "__main__":
    main(json.load(sys.stdin))
