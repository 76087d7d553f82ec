"""What a script that runs in the swift interpreter finds when it imports ms-swift or torch."""

import sys
from types import ModuleType, SimpleNamespace

from fake_swift.deploy import SwiftDeploy
from fake_swift.hub import HfApi


def install_modules() -> None:
    """Put the modules where an import looks first."""
    for name in ("swift", "swift.pipelines", "swift.pipelines.infer", "swift.pipelines.infer.deploy", "torch"):
        sys.modules[name] = ModuleType(name)
    sys.modules["swift.pipelines.infer.deploy"].SwiftDeploy = SwiftDeploy
    sys.modules["huggingface_hub"] = ModuleType("huggingface_hub")
    sys.modules["huggingface_hub"].HfApi = HfApi
    sys.modules["torch"].cuda = SimpleNamespace(is_available=lambda: False)
