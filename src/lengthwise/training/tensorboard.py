"""TensorBoard, for those who have it: the same numbers as metrics.jsonl, drawn while a run goes on."""

from collections.abc import Mapping
from pathlib import Path

from lengthwise.core.errors import MissingExtra
from lengthwise.training.progress import Progress
from lengthwise.training.show import Show


def tensorboard(folder: Path) -> Show:
    """A watcher that writes event files into this folder; `pip install 'lengthwise[track]'` brings what it needs."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise MissingExtra("tensorboard", "track") from error
    writer = SummaryWriter(folder)

    def progress(now: Progress) -> None:
        writer.add_scalar("loss", now.loss, now.update)
        writer.add_scalar("symbols per second", now.rate, now.update)
        for number, loss in now.by_ingredient.items():
            writer.add_scalar(f"loss/ingredient {number}", loss, now.update)

    def watched(update: int, accuracies: Mapping[int, float]) -> None:
        for length, accuracy in accuracies.items():
            writer.add_scalar(f"accuracy/length {length}", accuracy, update)
        writer.flush()

    return Show(progress=progress, watched=watched)
