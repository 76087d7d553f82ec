"""Parts of a job in words."""

from swift_trainer.cli.words import links


def test_links_are_one_line_by_tracker() -> None:
    assert links({"links": {"mlflow": "http://tracker/run", "tensorboard": "/out/runs"}}) == (
        "mlflow: http://tracker/run, tensorboard: /out/runs"
    )
    assert links({}) == ""
