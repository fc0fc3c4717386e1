"""A saved network comes back, here and through Hugging Face, and a damaged folder says so."""

import json
import pickletools
from pathlib import Path
from typing import Any

import pytest
import torch

from lengthwise.core.errors import ConfigError, LengthwiseError, RunError
from lengthwise.models.attention.log_length import LogLength
from lengthwise.models.doors import Encoding
from lengthwise.models.positions.absolute import Absolute
from lengthwise.models.positions.clipped_bias import ClippedBias
from lengthwise.models.positions.fire import FIRE
from lengthwise.models.positions.nope import NoPE
from lengthwise.models.positions.rope import RoPE
from lengthwise.models.saving import load, save
from lengthwise.models.transformer import Transformer, TransformerModule

SYMBOLS = ("<start>", "<end>", "<pad>", "a", "b", "c", "=")


def built(encoding: Encoding | None = None, tie: Any = "apart", levels: int = 1) -> TransformerModule:
    blueprint = Transformer(
        layers=2, heads=2, width=16, tie=tie, encoding=encoding or NoPE(), attention=LogLength("learned")
    )
    return blueprint.build(len(SYMBOLS), levels, seed=0).eval()


def line() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    symbols = torch.tensor([[0, 3, 4, 5, 6, 3, 4], [0, 5, 5, 3, 6, 4, 4]])
    time = torch.arange(7)[None].expand(2, -1)
    return symbols, time[..., None], time


@pytest.mark.parametrize("tie", ["tied", "apart"])
def test_a_network_comes_back_as_it_was(tmp_path: Path, tie: str) -> None:
    model = built(FIRE(), tie)
    save(tmp_path / "net", model, SYMBOLS, before=2)
    saved = load(tmp_path / "net")
    assert saved.model.blueprint == model.blueprint
    assert (saved.symbols, saved.before) == (SYMBOLS, 2)
    assert torch.equal(saved.model(*line()).symbols, model(*line()).symbols)


def test_nothing_in_the_folder_is_a_pickle(tmp_path: Path) -> None:
    save(tmp_path, built(), SYMBOLS)
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        with pytest.raises(ValueError):  # noqa: PT012 - the iterator raises, wherever it stops being a pickle
            list(pickletools.genops(content))
            raise AssertionError(path)


def wider(folder: Path) -> None:
    """The weights of another network."""
    save(folder / "other", Transformer(width=32).build(len(SYMBOLS)), SYMBOLS)
    (folder / "other" / "model.safetensors").replace(folder / "model.safetensors")


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "config.json").unlink(),
        lambda folder: (folder / "config.json").write_text("{"),
        lambda folder: (folder / "config.json").write_text('{"model_type": "llama"}'),
        lambda folder: (folder / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:-9]),
        lambda folder: (folder / "model.safetensors").write_bytes(b"PK"),
        lambda folder: (folder / "model.safetensors").unlink(),
        wider,
    ],
)
def test_a_damaged_folder_gives_one_clear_error(tmp_path: Path, damage: Any) -> None:
    save(tmp_path / "net", built(), SYMBOLS)
    damage(tmp_path / "net")
    with pytest.raises(RunError, match="net"):
        load(tmp_path / "net")


def test_a_config_from_a_newer_version_is_refused(tmp_path: Path) -> None:
    save(tmp_path, built(), SYMBOLS)
    config = json.loads((tmp_path / "config.json").read_text())
    config["lengthwise"]["format"] = 99
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(LengthwiseError, match="99"):
        load(tmp_path)


def test_a_vocabulary_of_another_length_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="7 symbols and 3"):
        save(tmp_path, built(), SYMBOLS[:3])


class TestHuggingFace:
    """What Hugging Face's own loader and generation make of the folder."""

    transformers: Any = pytest.importorskip("transformers", reason="the extra `hf` is not installed")

    def loaded(self, folder: Path, model: TransformerModule, before: int = 1) -> Any:
        save(folder, model, SYMBOLS, before)
        return self.transformers.AutoModelForCausalLM.from_pretrained(folder, trust_remote_code=True)

    @pytest.mark.parametrize("tie", ["tied", "apart"])
    @pytest.mark.parametrize("encoding", [Absolute(20), RoPE(), FIRE(), ClippedBias(reach=2, gain=3)])
    def test_it_gives_the_same_logits(self, tmp_path: Path, tie: str, encoding: Encoding) -> None:
        model = built(encoding, tie)
        wrapped = self.loaded(tmp_path, model)
        torch.testing.assert_close(wrapped(line()[0]).logits, model(*line()).symbols, atol=1e-6, rtol=1e-6)
        assert (wrapped.lm_head.weight is wrapped.get_input_embeddings().weight) == (tie == "tied")

    def test_what_it_saves_again_comes_back_to_both(self, tmp_path: Path) -> None:
        model = built(RoPE())
        self.loaded(tmp_path / "ours", model).save_pretrained(tmp_path / "theirs")
        expected = model(*line()).symbols
        assert torch.equal(load(tmp_path / "theirs").model(*line()).symbols, expected)
        auto = self.transformers.AutoModel.from_pretrained(tmp_path / "theirs", trust_remote_code=True)
        assert auto(line()[0]).last_hidden_state.shape == (2, 7, 16)

    def test_its_generate_writes_what_the_arg_max_says(self, tmp_path: Path) -> None:
        model, prompt = built(Absolute(40)), line()[0][:1, :3]
        expected = prompt
        for _ in range(5):
            time = torch.arange(expected.shape[1])[None]
            best = model(expected, time[..., None], time).symbols[:, -1:].argmax(-1)
            expected = torch.cat([expected, best], dim=1)
        assert 1 not in expected[0, 3:], "the sample must not end early"
        written = self.loaded(tmp_path, model).generate(prompt, max_new_tokens=5, do_sample=False)
        assert torch.equal(written, expected)

    @pytest.mark.parametrize("encoding", [RoPE(), ClippedBias()])
    @pytest.mark.parametrize("side", ["left", "right"])
    def test_padding_on_either_side_changes_nothing(self, tmp_path: Path, side: str, encoding: Encoding) -> None:
        wrapped = self.loaded(tmp_path, built(encoding))
        short, pads = line()[0][:, :5], torch.full((2, 3), 2)
        parts = [pads, short] if side == "left" else [short, pads]
        mask = torch.cat([(part != 2).long() for part in parts], dim=1)
        said = wrapped(torch.cat(parts, dim=1), attention_mask=mask).logits
        kept = said[:, 3:] if side == "left" else said[:, :5]
        torch.testing.assert_close(kept, wrapped(short).logits, atol=1e-5, rtol=1e-5)

    def test_a_task_mark_has_no_id(self, tmp_path: Path) -> None:
        model = built(Absolute(20))
        symbols, ids, time = line()
        expected = model(symbols, (ids - 1).clamp(min=0), time).symbols
        torch.testing.assert_close(self.loaded(tmp_path, model, before=2)(symbols).logits, expected)

    def test_its_loss_is_the_mean_over_next_symbols(self, tmp_path: Path) -> None:
        model = built()
        symbols = line()[0]
        expected = torch.nn.functional.cross_entropy(
            model(*line()).symbols[:, :-1].flatten(0, 1), symbols[:, 1:].flatten()
        )
        torch.testing.assert_close(self.loaded(tmp_path, model)(symbols, labels=symbols).loss, expected)

    def test_its_tokenizer_gives_our_numbers(self, tmp_path: Path) -> None:
        save(tmp_path, built(), SYMBOLS)
        tokenizer = self.transformers.AutoTokenizer.from_pretrained(tmp_path)
        assert tokenizer("a b c = a")["input_ids"] == [0, 3, 4, 5, 6, 3]
        assert tokenizer.decode([3, 6, 4, 1], skip_special_tokens=True) == "a = b"

    def test_several_levels_are_refused_with_the_remedy(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="2 id levels"):
            self.loaded(tmp_path, built(Absolute(20), levels=2))
