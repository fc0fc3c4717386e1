"""The transformer as Hugging Face knows it: loaded by AutoModelForCausalLM, run by `generate`, trained by its trainers.

An optional extra: transformers is imported here and nowhere else. Importing this file registers the classes. Ids are
sequential and computed inside: 0 for what opens a line, then 1, 2, 3, ..., as the numbering Sequential and RandomStart
with measured=1; networks whose ids are others (coupling, several levels, lines in the middle of a table) need
lengthwise's own `decode`. There is no cache here, so `generate` reads the whole line again for every symbol; the fast
way is `decode`.
"""

from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, AutoModelForCausalLM, GenerationMixin, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutputWithPast, CausalLMOutputWithPast

from lengthwise.core.errors import ConfigError
from lengthwise.core.plain import from_document
from lengthwise.models.saving import AUTO_MAP, config_of
from lengthwise.models.transformer import Transformer, TransformerModule
from lengthwise.models.where import Where


class LengthwiseConfig(PreTrainedConfig):
    """The config of a saved network: the blueprint as plain JSON, its symbols, and how many open a line."""

    model_type = "lengthwise"

    def __init__(
        self,
        lengthwise: dict[str, Any] | None = None,
        symbols: list[str] | None = None,
        levels: int = 1,
        before: int = 1,
        **names_of_hugging_face: Any,
    ) -> None:
        self.lengthwise, self.symbols, self.levels, self.before = lengthwise, symbols or [], levels, before
        super().__init__(**{"auto_map": dict(AUTO_MAP), "use_cache": False, **names_of_hugging_face})


class LengthwisePreTrained(PreTrainedModel):
    """What both classes share."""

    config_class = LengthwiseConfig
    base_model_prefix = "model"
    _no_split_modules: ClassVar[list[str]] = ["Layer"]

    def _init_weights(self, module: nn.Module) -> None:
        """Weights were drawn when the network was built; numbers that are never saved are put back after loading."""
        unsaved = module._non_persistent_buffers_set  # noqa: SLF001 - torch offers no public question
        if not unsaved:
            return
        path = next(path for path, part in self.named_modules() if part is module)
        fresh = _parts(self.config)[0].get_submodule(path.partition("network.")[2])
        for name in unsaved:
            module.get_buffer(name).copy_(fresh.get_buffer(name))


class LengthwiseModel(LengthwisePreTrained):
    """The network without its head."""

    def __init__(self, config: LengthwiseConfig, network: TransformerModule | None = None) -> None:
        super().__init__(config)
        self.network = network or _parts(config)[0]
        self.post_init()

    def get_input_embeddings(self) -> nn.Module:
        return self.network.embedding

    def set_input_embeddings(self, value: nn.Embedding) -> None:
        self.network.embedding = value

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor | None = None, **unused: Any
    ) -> BaseModelOutputWithPast:
        """The states that a head reads; padding may stand on either side."""
        _refuse_embeddings(unused)
        packed, order = _packed(input_ids, attention_mask)
        length = packed.shape[1]
        time = torch.arange(length, device=packed.device)[None]
        ids = (time + 1 - self.config.before).clamp(min=0)[..., None]
        states = self.network.hidden_states(packed, Where(time, ids))
        if order is not None:  # back to where each symbol stood
            back = order.argsort(dim=1)
            states = states.gather(1, back[..., None].expand(-1, -1, states.shape[-1]))
        return BaseModelOutputWithPast(last_hidden_state=states)


class LengthwiseForCausalLM(LengthwisePreTrained, GenerationMixin):
    """The network with its head."""

    _tied_weights_keys: ClassVar[dict[str, str]] = {"lm_head.weight": "model.network.embedding.weight"}

    def __init__(self, config: LengthwiseConfig) -> None:
        super().__init__(config)
        network, head = _parts(config)
        self.model = LengthwiseModel(config, network)
        self.lm_head = head
        self.post_init()

    def get_input_embeddings(self) -> nn.Module:
        return self.model.get_input_embeddings()

    def get_output_embeddings(self) -> nn.Module:
        return self.lm_head

    def set_output_embeddings(self, value: nn.Linear) -> None:
        self.lm_head = value

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        labels: Tensor | None = None,
        logits_to_keep: int = 0,
        **unused: Any,
    ) -> CausalLMOutputWithPast:
        """Logits for what comes next, and with `labels` (shifted inside, as usual there) the loss."""
        states = self.model(input_ids, attention_mask, **_wanted(unused)).last_hidden_state
        logits = self.lm_head(states[:, -logits_to_keep:] if logits_to_keep else states)
        loss = None
        if labels is not None:
            loss = self.loss_function(logits, labels, vocab_size=self.config.vocab_size, **_items(unused))
        return CausalLMOutputWithPast(loss=loss, logits=logits)


def as_hugging_face(model: TransformerModule, symbols: tuple[str, ...], before: int = 1) -> LengthwiseForCausalLM:
    """The same weights in the class that Hugging Face's tools expect."""
    wrapped: LengthwiseForCausalLM = LengthwiseForCausalLM(LengthwiseConfig(**config_of(model, symbols, before)))
    weights = dict(model.state_dict())
    wrapped.lm_head.load_state_dict({"weight": weights.pop("head.weight")})
    wrapped.model.network.load_state_dict(weights)
    wrapped.eval()
    return wrapped


def _parts(config: LengthwiseConfig) -> tuple[TransformerModule, nn.Linear]:
    """The network and its head apart, built on the CPU even where Hugging Face asks for weights without storage."""
    if config.levels != 1:
        raise ConfigError(
            f"this network reads {config.levels} id levels, which cannot be computed from the symbols alone; load it "
            "with lengthwise.models.saving.load and decode with its numbering"
        )
    blueprint: Transformer = from_document(config.lengthwise, Transformer)
    with torch.device("cpu"):
        network = blueprint.build(config.vocab_size, config.levels)
    head = network.head
    network.register_module("head", None)
    return network, head


def _packed(symbols: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor | None]:
    """Every row's symbols moved to its left end; padding after them is not seen, for the network is causal."""
    if mask is None or mask.ndim != 2 or bool(mask.all()):
        return symbols, None
    order = mask.bool().logical_not().to(torch.int8).argsort(dim=1, stable=True)
    return symbols.gather(1, order), order


def _refuse_embeddings(unused: dict[str, Any]) -> None:
    if unused.get("inputs_embeds") is not None or unused.get("past_key_values") is not None:
        raise ConfigError("this network takes input_ids, without a cache; call it with use_cache=False")


def _wanted(unused: dict[str, Any]) -> dict[str, Any]:
    return {name: unused[name] for name in ("inputs_embeds", "past_key_values") if name in unused}


def _items(unused: dict[str, Any]) -> dict[str, Any]:
    """How many symbols count towards the loss over gradient accumulation, where the trainer says so."""
    return {"num_items_in_batch": unused["num_items_in_batch"]} if "num_items_in_batch" in unused else {}


AutoConfig.register("lengthwise", LengthwiseConfig, exist_ok=True)
AutoModel.register(LengthwiseConfig, LengthwiseModel, exist_ok=True)
AutoModelForCausalLM.register(LengthwiseConfig, LengthwiseForCausalLM, exist_ok=True)
LengthwiseConfig.register_for_auto_class()
LengthwiseModel.register_for_auto_class("AutoModel")
LengthwiseForCausalLM.register_for_auto_class("AutoModelForCausalLM")
