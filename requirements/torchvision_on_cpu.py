"""Lets the CUDA build of torchvision be imported beside a torch without CUDA.

Its compiled part cannot be loaded there, so two operators stay undeclared and the import ends with "operator
torchvision::nms does not exist". This declares them, without an implementation, when torchvision is first imported.
Installed into site-packages with a .pth file that imports it; see install-torch.sh.
"""

import sys
from importlib.abc import MetaPathFinder

OPERATORS = ("nms", "qnms")
SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"


class DeclareOperators(MetaPathFinder):
    """Finds nothing; it is asked first when somebody imports torchvision, and declares what is missing."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname == "torchvision":
            sys.meta_path.remove(self)
            _declare()


def _declare():
    import torch  # noqa: PLC0415 - takes seconds, and not every process of the environment needs it

    if torch.version.cuda is None:
        # Kept for the life of the process: torch forgets the operators together with the object that declared them.
        torch.torchvision_on_cpu = library = torch.library.Library("torchvision", "FRAGMENT")
        for name in OPERATORS:
            library.define(name + SCHEMA)


sys.meta_path.insert(0, DeclareOperators())
