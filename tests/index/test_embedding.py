"""The exported encoder: the model it says it is, and the same vectors for the same text."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index import export
from index.build import build_index
from index.embedding import DESCRIPTION_FILE, MODEL_FILE, TOKENIZER_FILE, OnnxEncoder, file_digest
from index.errors import GenerationError, ModelError
from index.export import DEFAULT_MODEL, encoder_folder
from index.vector_cache import VectorCache

TEXTS = ["how do I handle a refund complaint", "reset the VPN router", "Where is my parcel? " * 100, "ERR-4012", "naïve café 退款 🚲"]


@pytest.fixture(scope="module")
def encoder(encoder_path: Path) -> OnnxEncoder:
    """The exported default model."""
    return OnnxEncoder(encoder_path)


def test_the_export_agrees_with_the_original(encoder: OnnxEncoder) -> None:
    """Eight-bit weights turn no vector by more than a few degrees from sentence-transformers' own."""
    from sentence_transformers import SentenceTransformer

    original = SentenceTransformer(str(export.model_folder(DEFAULT_MODEL)), device="cpu").encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    cosines = (original * encoder.encode_documents(TEXTS)).sum(axis=1)
    assert cosines.min() > 0.98


def test_vectors_are_unit_and_do_not_depend_on_neighbours(encoder: OnnxEncoder) -> None:
    """One text or a thousand at once: bit by bit the same."""
    together = encoder.encode_documents(TEXTS * 4)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for row, text in enumerate(TEXTS):
        np.testing.assert_array_equal(together[row], encoder.encode_documents([text])[0])


def test_a_question_is_read_once_and_pooled_twice(encoder: OnnxEncoder) -> None:
    """The first vector is that of the whole text; the second is nearer to the subject, and the same without one."""
    text = "my name is Sam Oyelaran, order 5512098, where is my parcel"
    subject = [(text.index(word), text.index(word) + len(word)) for word in ("where", "parcel")]
    whole, part = encoder.encode_query(text, subject)
    document, wanted = encoder.encode_documents([text, "where parcel"])
    np.testing.assert_array_equal(whole, document)
    np.testing.assert_allclose(np.linalg.norm(part), 1, atol=1e-5)
    assert part @ wanted > whole @ wanted + 0.1
    np.testing.assert_array_equal(*encoder.encode_query(text))
    np.testing.assert_array_equal(*encoder.encode_query(text, [(0, len(text))]))


def test_tokens_are_counted_to_the_end(encoder: OnnxEncoder) -> None:
    """Also those of a text that is too long to be read whole; the two special tokens count once."""
    for count in (1, encoder.max_tokens - 2, encoder.max_tokens - 1, 10 * encoder.max_tokens):
        assert encoder.count_tokens("parcel " * count) == count + 2


def test_weights_that_are_not_the_published_ones_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The default model is checked by its hash before anything is made of it."""
    monkeypatch.setattr(export, "DEFAULT_MODEL_SHA256", "0" * 64)
    with pytest.raises(ModelError, match="not the published ones"):
        encoder_folder(DEFAULT_MODEL, tmp_path)


def test_any_folder_with_a_model_serves(encoder_path: Path, tmp_path: Path) -> None:
    """A setting may name a folder that sentence-transformers has saved; a folder without a model is refused in words."""
    folder = encoder_folder(str(export.model_folder(DEFAULT_MODEL)), tmp_path / "cache")
    assert OnnxEncoder(folder).fingerprint == OnnxEncoder(encoder_path).fingerprint
    with pytest.raises(ModelError, match="holds no model weights"):
        encoder_folder(str(tmp_path), tmp_path / "cache")


@pytest.mark.parametrize("file", [MODEL_FILE, TOKENIZER_FILE])
def test_a_damaged_export_is_made_anew(encoder_path: Path, tmp_path: Path, file: str) -> None:
    """Whichever of its files is altered: the next build puts a whole one in its place, and the one after that uses it."""
    damaged = tmp_path / encoder_path.name
    shutil.copytree(encoder_path, damaged)
    (damaged / file).write_bytes((encoder_path / file).read_bytes()[:-9])
    exported: list[str] = []
    assert encoder_folder(DEFAULT_MODEL, tmp_path, exported.append) == damaged
    assert (damaged / file).read_bytes() == (encoder_path / file).read_bytes()
    assert encoder_folder(DEFAULT_MODEL, tmp_path, exported.append) == damaged
    assert (len(exported), [*tmp_path.iterdir()]) == (1, [damaged])


def test_an_export_that_cannot_be_opened_is_named_with_the_remedy(encoder_path: Path, tmp_path: Path) -> None:
    """Where it is whole as far as it says of itself, and no library reads it, the folder to remove is told."""
    folder = tmp_path / "data" / "cache" / "encoders" / encoder_path.name
    shutil.copytree(encoder_path, folder)
    (folder / TOKENIZER_FILE).write_text("{}")
    told = json.loads((folder / DESCRIPTION_FILE).read_text()) | {"tokenizer": file_digest(folder / TOKENIZER_FILE)}
    (folder / DESCRIPTION_FILE).write_text(json.dumps(told))
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "a.md").write_text("# Parcels\n\nThey come by bicycle.\n")
    with pytest.raises(ModelError, match=f"Remove the folder {folder} and build again"):
        build_index(tmp_path / "knowledge", tmp_path / "data", DEFAULT_MODEL)


def test_an_export_is_of_all_of_a_model(tmp_path: Path) -> None:
    """Other weights in the second of their files, or another prompt: the export of the model as it was is not taken for it."""
    model = _small_model(tmp_path)
    shutil.copy(model / "model.safetensors", model / "model-2.safetensors")
    folders = [encoder_folder(str(model), tmp_path / "cache")]
    weights = (model / "model.safetensors").read_bytes()
    (model / "model.safetensors").write_bytes(weights[:-1] + bytes([weights[-1] ^ 1]))
    folders.append(encoder_folder(str(model), tmp_path / "cache"))
    prompts = model / "config_sentence_transformers.json"
    prompts.write_text(prompts.read_text().replace('"query": ""', '"query": "ask: "'))
    folders.append(encoder_folder(str(model), tmp_path / "cache"))
    assert [json.loads((folder / DESCRIPTION_FILE).read_text())["query_prompt"] for folder in folders] == ["", "", "ask: "]
    assert len({*folders}) == 3


def test_a_model_with_a_projection_is_exported(tmp_path: Path) -> None:
    """What comes behind the pooling is part of the encoder: as the original embeds, but for eight-bit weights."""
    from sentence_transformers import SentenceTransformer

    model = _small_model(tmp_path, projected=True)
    encoder, text = OnnxEncoder(encoder_folder(str(model), tmp_path / "cache")), "parcel"
    original = SentenceTransformer(str(model), device="cpu").encode([text], normalize_embeddings=True, show_progress_bar=False)
    assert encoder.dim == 4
    assert encoder.encode_documents([text]) @ original[0] == pytest.approx(1.0, abs=0.01)
    assert encoder.encode_query(text)[1] @ original[0] == pytest.approx(1.0, abs=0.01)


def _small_model(folder: Path, projected: bool = False) -> Path:
    """A model of one layer that knows one word."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Dense, Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    (folder / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nparcel\n")
    BertTokenizerFast(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    BertModel(BertConfig(vocab_size=6, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8)).save_pretrained(folder / "bert")
    torch.manual_seed(1)
    modules = [Transformer(str(folder / "bert")), Pooling(8), *([Dense(8, 4)] if projected else [])]
    SentenceTransformer(modules=modules, prompts={"query": ""}, device="cpu").save(str(folder / "model"))
    return folder / "model"


@pytest.mark.parametrize(("said", "told"), [("", "OSError"), ("\n\n  no such file\nmore", "no such file")])
def test_whatever_a_library_says_of_a_model_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str, told: str) -> None:
    """The first that says something; where none does, the kind of error."""
    import sentence_transformers

    def fail(*_: object, **__: object) -> None:
        raise OSError(said)

    monkeypatch.setattr(sentence_transformers, "SentenceTransformer", fail)
    with pytest.raises(ModelError, match=rf"cannot be loaded \({told}\)"):
        encoder_folder("nobody/has-this-model", tmp_path)


def test_a_model_that_is_not_here_is_refused_in_one_line(tmp_path: Path) -> None:
    """Without the hub, an unknown name says what to do instead."""
    with pytest.raises(ModelError, match="cannot be loaded") as error:
        encoder_folder("nobody/has-this-model", tmp_path)
    assert "\n" not in str(error.value)


def test_a_damaged_encoder_is_refused(tmp_path: Path) -> None:
    """A folder without its files is named."""
    with pytest.raises(GenerationError, match="Build the index again"):
        OnnxEncoder(tmp_path)


def test_the_cache_embeds_each_text_once(encoder: OnnxEncoder, tmp_path: Path) -> None:
    """Also with repeats in one call; what comes back are the same vectors."""
    cache = VectorCache(tmp_path / "vectors.db")
    first, embedded = cache.encode(encoder, [TEXTS[0], TEXTS[1], TEXTS[0]])
    assert embedded == 2
    second, embedded = cache.encode(encoder, [TEXTS[1], TEXTS[3], TEXTS[0]])
    assert embedded == 1
    np.testing.assert_array_equal(second[[2, 0]], first[:2])
    assert cache.encode(encoder, [])[0].shape == (0, 384)


def test_no_library_reports_to_its_maker(encoder_path: Path, tmp_path: Path) -> None:
    """Loading and asking the encoder leaves no id and no events in the user's folder, which ONNX Runtime would send off."""
    code = f"from pathlib import Path; from index.embedding import OnnxEncoder; OnnxEncoder(Path({str(encoder_path)!r})).encode_query('where is my parcel')"
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ} | {"HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], env=environment, cwd=Path(__file__).parent.parent.parent, check=True, timeout=120)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
