"""An encoder of a few kilobytes in the very files that `index.export` writes: words have made-up vectors, texts their mean."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace

from index.embedding import COUNTED_INPUT, DESCRIPTION_FILE, MODEL_FILE, TOKENIZER_FILE, file_digest

DIM = 8


def write_tiny_encoder(folder: Path, vocabulary: Sequence[str]) -> Path:
    """Write it.

    Args:
        folder: new.
        vocabulary: the words it knows; all others are one and the same to it.
    """
    folder.mkdir(parents=True)
    words = {word: number for number, word in enumerate(["[UNK]", *sorted(set(vocabulary))])}
    table = np.array([[byte / 127.5 - 1 for byte in hashlib.sha256(word.encode()).digest()[:DIM]] for word in words], np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["tokens"]),
        helper.make_node("ReduceMean", ["tokens"], ["mean"], axes=[1], keepdims=0),
        helper.make_node("LpNormalization", ["mean"], ["vectors"], axis=1, p=2),
        # The length is set to 1 in the end, so that the sum of the tokens that count is as good as their mean.
        helper.make_node("Cast", [COUNTED_INPUT], ["weights"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["weights", "last"], ["weight"]),
        helper.make_node("Mul", ["tokens", "weight"], ["weighted"]),
        helper.make_node("ReduceSum", ["weighted", "of_tokens"], ["total"], keepdims=0),
        helper.make_node("LpNormalization", ["total"], ["counted_vectors"], axis=1, p=2),
    ]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in ("input_ids", COUNTED_INPUT)]
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", DIM]) for name in ("vectors", "counted_vectors")]
    constants = {"table": table, "last": np.array([2]), "of_tokens": np.array([1])}
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, [numpy_helper.from_array(array, name) for name, array in constants.items()])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(folder / MODEL_FILE))
    tokenizer = Tokenizer(WordLevel(words, unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = Lowercase(), Whitespace()
    tokenizer.save(str(folder / TOKENIZER_FILE))
    description = {"name": "tiny", "fingerprint": file_digest(folder / MODEL_FILE), "dim": DIM, "max_tokens": 64, "query_prompt": "", "document_prompt": ""}
    (folder / DESCRIPTION_FILE).write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")
    return folder
