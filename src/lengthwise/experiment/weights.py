"""The weights of an experiment: a folder that Hugging Face loads, or the bare tensors of a network of one's own."""

from typing import TYPE_CHECKING

from safetensors.torch import load_file
from safetensors.torch import save as as_bytes
from torch import nn

from lengthwise.core.durable import write_atomically
from lengthwise.models import saving
from lengthwise.models.transformer import TransformerModule
from lengthwise.run import Run

if TYPE_CHECKING:
    from lengthwise.experiment import Experiment


def save(experiment: "Experiment", model: nn.Module, run: Run) -> None:
    """The weights: as a folder that Hugging Face loads, or for a network of one's own as its bare tensors."""
    if isinstance(model, TransformerModule):
        saving.save(run.weights, model, experiment.vocabulary.symbols, before=1 + experiment.diet.marked)
        return
    tensors = {name: tensor.contiguous().cpu() for name, tensor in model.state_dict().items()}
    write_atomically(run.weights / "model.safetensors", as_bytes(tensors))


def load(experiment: "Experiment", run: Run) -> nn.Module:
    """The network that `save` wrote."""
    model = experiment.build()
    if isinstance(model, TransformerModule):
        return saving.load(run.weights).model
    model.load_state_dict(load_file(run.weights / "model.safetensors"))
    return model.eval()
