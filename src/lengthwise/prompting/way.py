"""What all ways of asking share: a question, the reply that is wanted, and examples before it."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from lengthwise.core.request import Request
from lengthwise.rules.runtime.render import render
from lengthwise.rules.styles import Style
from lengthwise.rules.task import RuleInstance, answer

LAST_LINE = "So the answer is "


@dataclass(frozen=True)
class Prompting(ABC):
    """One way to ask. Subclass it as a frozen dataclass, one way a file."""

    @abstractmethod
    def question(self, instance: RuleInstance, style: Style) -> str:
        """What the user says."""

    @abstractmethod
    def reply(self, instance: RuleInstance, style: Style) -> str:
        """What should be said in return: the completion of a training example."""

    def examples(self, instance: RuleInstance) -> list[RuleInstance]:
        """Problems that are solved before this one; by default none."""
        return []

    def request(self, instance: RuleInstance, style: Style, limit: int = 0) -> Request:
        """The chat messages, and the plain text that ends where the reply begins."""
        messages: list[dict[str, str]] = []
        for example in self.examples(instance):
            messages.append({"role": "user", "content": self.question(example, style)})
            messages.append({"role": "assistant", "content": self.reply(example, style)})
        messages.append({"role": "user", "content": self.question(instance, style)})
        heads = {"user": "", "assistant": "A:\n"}
        plain = "\n".join(heads[m["role"]] + m["content"] for m in messages)
        return Request(instance, None, f"{plain}\nA:\n", tuple(messages), limit)


def asked(instance: RuleInstance) -> str:
    """The task's question about this problem, on a line of its own."""
    return f"Q: {instance.block.task.ask(instance.given)}\n"


def traced(instance: RuleInstance, style: Style) -> str:
    """The rule's execution in this style, which ends with the answer."""
    return instance.block.task.program.trace(instance.given, style)


def stated(instance: RuleInstance, style: Style) -> str:
    """The answer alone, in the words with which a trace ends."""
    return f"{LAST_LINE}{style.digits.spell(render(answer(instance.block.task, instance.given).answer))}\n"
