"""Whether a coupling can mean anything for a task: refused where values are found by their contents."""

from lengthwise.core.numbering import Numbering
from lengthwise.core.task import Task
from lengthwise.lines._wrapped import Wrapped
from lengthwise.lines.coupling.discover import small
from lengthwise.lines.coupling.graph import reads
from lengthwise.lines.numberings.coupled import Coupled
from lengthwise.lines.numberings.predicted import Predicted
from lengthwise.lines.numberings.predicted_steps import PredictedSteps


def check_fits(numbering: Numbering, task: Task) -> None:
    """Refuse coupled ids for a task whose reads rule them out (sort, SLiM, recall), with the remedy.

    Places can be written down for any task. Where a value is found by what it is and not by where it stands, two that
    belong together share an id in some problems and not in others, and ids that follow from the shape say nothing.

    >>> from lengthwise.tasks.ordering.sort import Sort
    >>> check_fits(Coupled(), Sort())
    Traceback (most recent call last):
        ...
    lengthwise.core.errors.NumberingError: ordering/sort: y[0] reads x at an address that depends on values...
    """
    coupled = numbering.inner if isinstance(numbering, (Predicted, PredictedSteps)) else numbering
    if isinstance(coupled, Coupled):
        inner = task.task if isinstance(task, Wrapped) else task
        reads(inner, small(inner))
