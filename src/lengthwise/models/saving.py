"""A network as a folder: `model.safetensors` with `config.json` beside it, which Hugging Face reads too.

The config holds the blueprint as plain JSON, the vocabulary and the number of id levels. The same folder loads by
`load` here, and by `AutoModelForCausalLM.from_pretrained(folder, trust_remote_code=True)` where lengthwise is installed
(`huggingface.py` is copied into it). A vocabulary of whole words comes with it as `tokenizer.json`. Nothing unpickles.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from safetensors import SafetensorError, safe_open
from safetensors.torch import save as as_bytes
from torch import Tensor

from lengthwise.core.errors import ConfigError, RunError
from lengthwise.core.plain import document, from_document
from lengthwise.core.vocabulary import PAD, START, STOP
from lengthwise.models.transformer import Transformer, TransformerModule

INSIDE = "model.network."  # where the Hugging Face class keeps the network
HEAD = "lm_head.weight"
CODE = "huggingface"  # the file that Hugging Face imports, and what it finds there
AUTO_MAP = {
    "AutoConfig": f"{CODE}.LengthwiseConfig",
    "AutoModel": f"{CODE}.LengthwiseModel",
    "AutoModelForCausalLM": f"{CODE}.LengthwiseForCausalLM",
}


class Saved(NamedTuple):
    """What a folder held."""

    model: TransformerModule
    symbols: tuple[str, ...]
    before: int  # symbols that open a line and have no id: the start symbol and a task's mark


def save(folder: Path, model: TransformerModule, symbols: Sequence[str], before: int = 1) -> None:
    """Write the network and its vocabulary; each file appears whole or not at all."""
    if len(symbols) != model.embedding.num_embeddings:
        raise ConfigError(
            f"the network reads {model.embedding.num_embeddings} symbols and {len(symbols)} were named; give the "
            "vocabulary that it was trained with"
        )
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "model.safetensors", as_bytes(_named(model), {"format": "pt"}))
    code = Path(__file__).with_name(f"{CODE}.py").read_bytes()
    _write(folder / f"{CODE}.py", code)
    _write_json(folder / "tokenizer.json", _tokenizer(symbols))
    _write_json(folder / "tokenizer_config.json", _tokenizer_config(symbols))
    _write_json(folder / "config.json", config_of(model, symbols, before))  # last: a folder with a config is whole


def load(folder: Path) -> Saved:
    """The network that `save` wrote, in evaluation mode."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        stated, symbols, before, levels = (config[key] for key in ("lengthwise", "symbols", "before", "levels"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{folder} holds no network of lengthwise ({error}); give a folder that `save` wrote") from error
    blueprint: Transformer = from_document(stated, Transformer)
    model = blueprint.build(len(symbols), levels)
    try:
        with safe_open(folder / "model.safetensors", framework="pt") as file:
            weights = {_inside(name): file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
        if blueprint.tie == "tied":
            weights["head.weight"] = weights["embedding.weight"]
        model.load_state_dict(weights)
    except (OSError, SafetensorError, KeyError, RuntimeError) as error:
        raise RunError(f"the weights in {folder} are damaged or of another network: {error}") from error
    return Saved(model.eval(), tuple(symbols), before)


def config_of(model: TransformerModule, symbols: Sequence[str], before: int) -> dict[str, Any]:
    """The config: first what Hugging Face asks for, then ours."""
    blueprint = model.blueprint
    return {
        "model_type": "lengthwise",
        "architectures": ["LengthwiseForCausalLM"],
        "auto_map": AUTO_MAP,
        "vocab_size": len(symbols),
        "hidden_size": blueprint.width,
        "num_hidden_layers": blueprint.layers,
        "num_attention_heads": blueprint.heads,
        "tie_word_embeddings": blueprint.tie == "tied",
        "bos_token_id": START,
        "eos_token_id": STOP,
        "pad_token_id": PAD,
        "use_cache": False,
        "dtype": str(model.embedding.weight.dtype).removeprefix("torch."),
        "lengthwise": document(blueprint),
        "symbols": list(symbols),
        "levels": model.levels,
        "before": before,
    }


def _named(model: TransformerModule) -> dict[str, Tensor]:
    """The weights by the names of the Hugging Face class; a tied head is left out."""
    weights = {name: tensor.detach().contiguous().cpu() for name, tensor in model.state_dict().items()}
    head = weights.pop("head.weight")
    named = {INSIDE + name: tensor for name, tensor in weights.items()}
    return named if model.blueprint.tie == "tied" else {**named, HEAD: head}


def _inside(name: str) -> str:
    return "head.weight" if name == HEAD else name.removeprefix(INSIDE)


def _tokenizer(symbols: Sequence[str]) -> dict[str, Any]:
    """Symbols separated by spaces, each its own number; a text is opened by the start symbol."""
    start = {"SpecialToken": {"id": symbols[START], "type_id": 0}}
    sequence = {"Sequence": {"id": "A", "type_id": 0}}
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": number, "content": symbols[number], **flags} for number in (START, STOP, PAD)],
        "normalizer": None,
        "pre_tokenizer": {"type": "WhitespaceSplit"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [start, sequence],
            "pair": [start, sequence, {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": {symbols[START]: {"id": symbols[START], "ids": [START], "tokens": [symbols[START]]}},
        },
        "decoder": None,
        "model": {
            "type": "WordLevel",
            "vocab": {symbol: number for number, symbol in enumerate(symbols)},
            "unk_token": symbols[PAD],
        },
    }


def _tokenizer_config(symbols: Sequence[str]) -> dict[str, Any]:
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": symbols[START],
        "eos_token": symbols[STOP],
        "pad_token": symbols[PAD],
        "clean_up_tokenization_spaces": False,
    }


def _write_json(path: Path, content: dict[str, Any]) -> None:
    _write(path, (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode())


def _write(path: Path, content: bytes) -> None:
    """Beside it first, then renamed over it."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise RunError(f"cannot write {path}: {error.strerror}; free some space or choose another folder") from error
