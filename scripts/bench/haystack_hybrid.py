"""Haystack's hybrid pipeline as its tutorial sets it up: in-memory store, BM25 and embeddings, joined by reciprocal ranks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a process that only answers loads nothing to read documents with
    from .material import Material


class Measured:
    """See `Contender`."""

    def __init__(self, encoder: Path, model: Path) -> None:  # noqa: ARG002
        self._model = str(model)

    def prepare(self) -> None:
        """See `Contender`."""
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersDocumentEmbedder

        self._store = InMemoryDocumentStore()
        self._embedder = SentenceTransformersDocumentEmbedder(model=self._model, progress_bar=False, local_files_only=True)
        self._embedder.warm_up()

    def build(self, material: Material, folder: Path) -> None:
        """See `Contender`."""
        from haystack import Document

        documents = [Document(id=name, content=text) for name, text in material.texts()]
        self._store.write_documents(self._embedder.run(documents)["documents"])
        self._store.save_to_disk(str(folder / "haystack.json"))

    def open(self, folder: Path) -> None:
        """See `Contender`."""
        from haystack import Pipeline
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersTextEmbedder

        store = InMemoryDocumentStore.load_from_disk(str(folder / "haystack.json"))
        pipeline = Pipeline()
        pipeline.add_component("text_embedder", SentenceTransformersTextEmbedder(model=self._model, progress_bar=False, local_files_only=True))
        pipeline.add_component("embedding_retriever", InMemoryEmbeddingRetriever(store))
        pipeline.add_component("bm25_retriever", InMemoryBM25Retriever(store))
        pipeline.add_component("document_joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
        pipeline.connect("text_embedder", "embedding_retriever")
        pipeline.connect("bm25_retriever", "document_joiner")
        pipeline.connect("embedding_retriever", "document_joiner")
        pipeline.warm_up()
        self._pipeline = pipeline

    def ask(self, question: str) -> str:
        """See `Contender`."""
        done = self._pipeline.run({"text_embedder": {"text": question}, "bm25_retriever": {"query": question}})
        found = done["document_joiner"]["documents"]
        return str(found[0].id) if found else ""

    ask_again = ask
