"""Counts the rows of each data set of a training, as ms-swift loads them and as it puts them into tokens."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from . import facts, verdicts
from .book import Book, Source
from .ledger import Reader
from .orders import Orders
from .row_numbers import has_numbers, numbered, without_numbers

# With the first rank all others are ended; one that ended before it had told why would take it along.
ENDED_WITHIN_SECONDS = 60.0


class Count:
    """The counting of one training, in its first process."""

    def __init__(self, orders: Orders) -> None:
        self.book = Book()
        self._orders = orders
        self._reader = Reader(orders.facts_dir)

    def look(self, *, at_end: bool = False) -> None:
        """Read what all processes noted, tell it, and end the training where too little is left of its data."""
        if facts.is_first_rank():
            self._tell()
            verdicts.judge_rows(self._orders, self.book, at_end=at_end)

    def stream_ends(self) -> None:
        """All of it was read, and it begins again: what it has is known from here on."""
        if self.book.loaded is None:
            self._tell()
            self.book.ends()
            self.look()

    def nothing_is_left(self, source: Source) -> None:
        """End the training for a data set of which not one row is usable. Raises SystemExit, unless it has no rows."""
        if not facts.is_first_rank():
            time.sleep(ENDED_WITHIN_SECONDS)
            raise SystemExit(facts.STOPPED_EXIT)
        self._tell()
        if self.book.given:
            facts.stop(self._orders, verdicts.DATA_DROPPED, about=source.name)

    def _tell(self) -> None:
        for batch in self._reader.new_batches():
            self.book.add(batch)
        facts.write(self._orders, facts.ROWS, self.book.summary())

    def look_again(self, *, at_end: bool = False) -> None:
        """The same, where rows are read while the model trains."""
        if self.book.fitting is None:
            self.look(at_end=at_end)

    def install(self, core: Any, meta: Any, loader: Any, sft: Any) -> None:
        """Take the places where data sets pass; the arguments are ms-swift's modules."""
        self._at_load(loader.DatasetLoader)
        self._at_preprocessing(core.RowPreprocessor, sft.EncodePreprocessor)
        self._at_sampling(meta.BaseDatasetLoader)
        self._at_encoding(sft.SwiftSft)

    def _at_load(self, loader: Any) -> None:
        load, count, book = loader.load, self, self.book

        def counted(self: Any, dataset_syntax: Any = None, *rest: Any, **options: Any) -> Any:
            book.sources.append(Source(str(getattr(dataset_syntax, "dataset", ""))))
            try:
                return load(self, dataset_syntax, *rest, **options)
            except StopIteration:  # of a stream, of which ms-swift wants to see a row
                count.nothing_is_left(book.sources[-1])
                raise

        loader.load = counted

    def _at_preprocessing(self, preprocessor: Any, encodes: Any) -> None:
        call, book = preprocessor.__call__, self.book

        def counted(self: Any, dataset: Any, **options: Any) -> Any:
            if isinstance(self, encodes) or not book.sources or has_numbers(dataset):
                with few_collections():
                    return call(self, dataset, **options)
            source = book.sources[-1]
            with few_collections():
                rows = call(self, numbered(dataset, len(book.sources) - 1, source.given), **options)
            source.given += _length(dataset)
            source.kept += _length(rows)
            return rows

        preprocessor.__call__ = counted

    def _at_sampling(self, loader: Any) -> None:
        sample, count, book = loader.post_process, self, self.book

        def counted(dataset: Any, **options: Any) -> Any:
            if not book.sources:
                return sample(dataset, **options)
            source = book.sources[-1]
            source.validates = options.get("split_dataset_ratio") == 1
            if source.given and not source.kept:  # ms-swift would divide by their number
                count.nothing_is_left(source)
            parts = sample(dataset, **options)
            source.taken, source.is_sample = sum(map(_length, parts)), options.get("dataset_sample") is not None
            return parts

        loader.post_process = staticmethod(counted)

    def _at_encoding(self, pipeline: Any) -> None:
        encode, save, count = pipeline._encode_dataset, pipeline._save_val_dataset, self

        def counted(self: Any, *datasets: Any, pre_process: bool = True) -> Any:
            if count.book.loaded is not None:  # further data, such as an expert's answers beside the rewards
                return encode(self, *datasets, pre_process=pre_process)
            streams = any(dataset is not None and not hasattr(dataset, "__len__") for dataset in datasets)
            if not streams:
                count.loaded(datasets)
            encoded = encode(self, *datasets, pre_process=pre_process)
            reads_later = self.args.lazy_tokenize or self.args.streaming
            if streams:  # of which nothing has passed
                count.book.go_on_unseen = not pre_process or self.args.packing
            else:
                if not (pre_process and reads_later):
                    count.fitted(encoded)
                count.look()
            return encoded if pre_process and reads_later else [without_numbers(dataset) for dataset in encoded]

        pipeline._encode_dataset = counted
        # Written down beside the checkpoints.
        pipeline._save_val_dataset = lambda self, held_out: save(self, without_numbers(held_out))

    def loaded(self, datasets: Any) -> None:
        """What will be put into tokens: (to train on, to validate with)."""
        self.book.loaded = self._rows(datasets)

    def fitted(self, datasets: Any) -> None:
        """What was put into tokens of it."""
        self.book.fitting = self._rows(datasets)

    def _rows(self, datasets: Any) -> int:
        """A part that was held out of the data to train on counts as they do."""
        train, validation = datasets
        held_out = not any(source.validates for source in self.book.sources)
        return _length(train) + (_length(validation) if held_out else 0)


@contextmanager
def few_collections() -> Iterator[None]:
    """Keep Python's collector from looking through all of ms-swift again and again while rows come and go.

    Processes that are forked meanwhile have it so for good.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _length(dataset: Any) -> int:
    return len(dataset) if dataset is not None and hasattr(dataset, "__len__") else 0
