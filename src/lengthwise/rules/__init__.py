"""Run a Python function as a rule: its answer, its traces in several styles, a judge of traces, and its sources."""

from lengthwise.rules.events import Event, Hook, Override, Recorder
from lengthwise.rules.execution import Execution
from lengthwise.rules.judge import Grade, Judgement, grade_text, judge
from lengthwise.rules.replay import Fault
from lengthwise.rules.rule import Rule
from lengthwise.rules.runtime.limits import LIMITS, LimitError, Limits
from lengthwise.rules.styles import STYLES, Joined, Knobs, Line, Spaced, Style, Word, style
from lengthwise.rules.words import rule_in_words

__all__ = [
    "LIMITS",
    "STYLES",
    "Event",
    "Execution",
    "Fault",
    "Grade",
    "Hook",
    "Joined",
    "Judgement",
    "Knobs",
    "LimitError",
    "Limits",
    "Line",
    "Override",
    "Recorder",
    "Rule",
    "Spaced",
    "Style",
    "Word",
    "grade_text",
    "judge",
    "rule_in_words",
    "style",
]
