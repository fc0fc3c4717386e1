"""What is measured of an experiment: a few lengths while it trains, the curve and the mechanism when it is done."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch import nn

from lengthwise.core.line import Line
from lengthwise.evaluation.evaluate import Evaluation, evaluate
from lengthwise.evaluation.grade import Scores
from lengthwise.models.network import Network
from lengthwise.run import Run
from lengthwise.training.attend import can_be_watched
from lengthwise.training.mechanism import mechanism
from lengthwise.training.show import Show

if TYPE_CHECKING:
    from lengthwise.experiment import Experiment


def watcher(experiment: "Experiment", run: Run, show: Show) -> Callable[[nn.Module, int], None]:
    """Follow the accuracy at a few lengths, on validation problems: training never meets test problems."""
    measurement = replace(
        experiment.measurement,
        lengths=experiment.watch,
        instances=100,
        cases=("typical",),
        split="validation",
        samples=0,
    )

    def watch(model: nn.Module, update: int) -> None:
        curve = evaluate(Scoring(experiment.network(model)), measurement).curve
        accuracies = {length: curve.cell(length).line.accuracy for length in experiment.watch}
        run.log({"event": "watch", "update": update, "accuracy": {str(n): round(a, 4) for n, a in accuracies.items()}})
        show.watched(update, accuracies)

    return watch


def measure(experiment: "Experiment", model: nn.Module, run: Run, show: Show) -> Evaluation:
    """The curve on test problems, in fp32, with the facts that stand beside it; and the mechanism."""
    network = experiment.network(model.eval())
    with torch.inference_mode():
        found = evaluate(
            network,
            experiment.measurement,
            seed=experiment.seed,
            progress=lambda p: show.measured(p.done, p.total, str(p)),
        )
    if can_be_watched(model) and experiment.layout.fills_every_slot:
        looks = mechanism(network, (experiment.task, experiment.trace, experiment.layout), experiment.tests)
        run.write("mechanism", {"series": [look._asdict() for look in looks]})
    curve = replace(
        found.curve,
        trained=experiment.trained,
        longest_line=longest_line(experiment),
        cut_from=experiment.cut_from,
        regime=experiment.regime,
    )
    return Evaluation(curve, found.samples)


def longest_line(experiment: "Experiment") -> int:
    """The symbols of the longest line that training reads from any ingredient, start and mark included.

    Hard restrictions read the lines that they cut.
    """
    diet = experiment.diet
    sizes = list(diet.symbols_at().values())
    if experiment.reads_long and experiment.cut_from:
        sizes.append(len(experiment.frame(experiment.cut_from).entries) + 1 + diet.marked)
    return max(sizes)


class Scoring:
    """Only the one-pass half of a network: what is followed during training must be cheap."""

    def __init__(self, network: Network) -> None:
        self.network = network

    def score(self, line: Line) -> Scores:
        """As the network scores."""
        return self.network.score(line)
