"""Failures of training data: files that cannot be read, rows that cannot be used."""

import re

from common.reasons import Reason
from workers.swift.failures.classes import FailureClass

_ARROW = re.compile(r"(^|\.)Arrow(Invalid|NotImplementedError)$")
_VALUE_ERROR = re.compile(r"^(ValueError|json\.decoder\.JSONDecodeError)$")
_OTHER_COLUMNS = re.compile(r"(^|\.)(CastError|DatasetGenerationCastError)$")
_READING_JSON = re.compile(r"packaged_modules/json/json\.py ")
# What pyarrow finds in a file is no error of the system, which would have a number.
_OF_A_TABLE = re.compile(r"(^|\.)(OSError|ArrowInvalid|ArrowException|ArrowSerializationError)$")
_READING_TABLES = re.compile(r"packaged_modules/(parquet/parquet|arrow/arrow)\.py ")

TABLES = (
    FailureClass(
        Reason.DATA_INVALID,
        "{} has no rows in its first row group: write it again, or put rows in it",
        ("file",),
        kind=_ARROW,
        message=re.compile(r"^BatchSize must be greater than 0"),
    ),
    FailureClass(
        Reason.DATA_INVALID,
        "a row group of {} is too large for its lists to be read at once: write it with smaller row groups",
        ("file",),
        kind=_ARROW,
        message=re.compile(r"^Nested data conversions not implemented"),
    ),
    FailureClass(
        Reason.DATA_INVALID,
        "{} is damaged: copy or download it again",
        ("file",),
        kind=_OF_A_TABLE,
        message=re.compile(r"^(?!\[Errno|Couldn't cast|Failed to|Invalid null|cannot mix)"),
        frame=_READING_TABLES,
    ),
    FailureClass(
        Reason.DATA_INVALID,
        "a file has columns of a type that cannot be read: write them as text",
        kind=re.compile(r"^ValueError$"),
        message=re.compile(r"^Arrow type .+ does not have a datasets dtype equivalent"),
    ),
)

FILES = (
    FailureClass(
        Reason.DATA_INVALID,
        "{} has lists or objects that are nested deeper than `datasets` reads: leave that column out, or give it as"
        " text",
        ("file",),
        kind=re.compile(f"{_ARROW.pattern}|^RecursionError$"),
        message=re.compile(r"^Recursion level in ArrowSchema|^maximum recursion depth"),
    ),
    FailureClass(
        Reason.DATA_INVALID,
        "{} changes from {} to {} in row {} of {}: give it one type in all rows",
        ("column", "before", "after", "row", "file"),
        kind=_ARROW,
        message=re.compile(
            r"^JSON parse error: (?P<column>Column\(.+\)) changed from (?P<before>\w+) to (?P<after>\w+)"
            r" in row (?P<index>\d+)"
        ),
    ),
    FailureClass(
        Reason.DATA_INVALID,
        "row {} of {} is not valid JSON: correct or remove it",
        ("row", "file"),
        kind=_ARROW,
        message=re.compile(r"^JSON parse error: .* in row (?P<index>\d+)"),
    ),
    FailureClass(
        Reason.DATA_INVALID,
        "{} is not valid JSON: one record a line, or one list of records, in UTF-8 without a byte order mark",
        ("file",),
        kind=re.compile(f"{_ARROW.pattern}|{_VALUE_ERROR.pattern}"),
        frame=_READING_JSON,
    ),
    FailureClass(
        Reason.DATA_INVALID,
        "{} is not UTF-8: save it as UTF-8",
        ("file",),
        kind=re.compile(r"^UnicodeDecodeError$"),
    ),
    FailureClass(
        Reason.DATA_INVALID,
        "the columns of {} are not those of the files before it: give all files of a folder the same, or name one file",
        ("file",),
        kind=_OTHER_COLUMNS,
    ),
    FailureClass(
        Reason.DATA_INVALID,
        "values of {} change their type from one part to the next: give each column one type in all rows",
        ("file",),
        kind=re.compile(r"^(TypeError|ValueError)$|ArrowInvalid$|ArrowTypeError$"),
        message=re.compile(r"^(Couldn't cast|Failed to convert|Invalid null|cannot mix)"),
    ),
    FailureClass(
        Reason.DATA_INVALID,
        "line {} of {} has {} fields, where {} are expected: quote those that hold the separator",
        ("line", "file", "saw", "expected"),
        kind=re.compile(r"(^|\.)ParserError$"),
        message=re.compile(r"Expected (?P<expected>\d+) fields in line (?P<line>\d+), saw (?P<saw>\d+)"),
    ),
    FailureClass(
        Reason.DATA_INVALID,
        "{} has no rows: put records in it",
        ("dataset_path",),
        kind=re.compile(r"^StopIteration$|(^|\.)EmptyDataError$"),
    ),
    FailureClass(
        Reason.DATA_INVALID,
        "a file of the data is not valid JSON: one record a line, or one list of records, in UTF-8",
        kind=re.compile(f"{_ARROW.pattern}|{_VALUE_ERROR.pattern}"),
        frame=_READING_JSON,
    ),
    FailureClass(
        Reason.DATA_INVALID,
        "a file of the data is not UTF-8: save it as UTF-8",
        kind=re.compile(r"^UnicodeDecodeError$"),
        frame=re.compile(r"datasets/packaged_modules/"),
    ),
    FailureClass(
        Reason.DATA_INVALID,
        "the files of the data have different columns: give all files of a folder the same, or name one file",
        kind=_OTHER_COLUMNS,
    ),
    FailureClass(
        Reason.DATA_NOT_FOUND,
        "the data set {} cannot be had from its hub: look at its name, at the node's way to the hub and at its token",
        ("dataset_id",),
        kind=re.compile(
            r"(^|\.)(DatasetNotFoundError|RepositoryNotFoundError|GatedRepoError|NotExistError|HTTPError|HfHubHTTPError"
            r"|ConnectionError|MaxRetryError|OfflineModeIsEnabled|LocalEntryNotFoundError|_DownloadDeadlineError)$"
        ),
    ),
)

# Where ms-swift finds that it left out every row; why it left them out is in its log only.
_NONE_LEFT = (
    {"kind": re.compile(r"^ZeroDivisionError$"), "frame": re.compile(r"swift/dataset/utils\.py sample_dataset$")},
    {
        "kind": re.compile(r"^TypeError$"),
        "message": re.compile(r"^'NoneType' object is not iterable$"),
        "frame": re.compile(r"swift/pipelines/train/sft\.py _(show|prepare|encode)_dataset$"),
    },
    {
        "kind": re.compile(r"^(ValueError|AssertionError)$"),
        "frame": re.compile(r"swift/dataset/utils\.py __(init|getitem)__$"),
    },
)

NO_ROWS = tuple(
    FailureClass(Reason.DATA_INVALID, says, values, **place)
    for says, values in (
        ("none of the rows could be used, the last of them for this: {}", ("left_out",)),
        ("none of the rows could be used: look at their columns, at their contents and at max_length", ()),
    )
    for place in _NONE_LEFT
)

LABELS = (
    FailureClass(
        Reason.DATA_INVALID,
        "the label {} is beyond num_labels: labels count from 0, so set num_labels to the highest and one more",
        ("label",),
        kind=re.compile(r"^IndexError$"),
        message=re.compile(r"^Target (?P<label>-?\d+) is out of bounds"),
    ),
    FailureClass(
        Reason.DATA_INVALID,
        "the rows have no label: give each one, in a column 'label'",
        kind=re.compile(r"^ValueError$"),
        message=re.compile(r"^The model did not return a loss from the inputs, only the following keys: logits"),
    ),
    FailureClass(
        Reason.DATA_INVALID,
        "the rows have no column '{}', which this method needs: give each row one",
        ("column",),
        kind=re.compile(r"^(ValueError|KeyError)$"),
        message=re.compile(r"^\"?Column '?(?P<column>\w+)'? (doesn't exist|not in the dataset)"),
    ),
    FailureClass(
        Reason.DATA_INVALID,
        "a reward function needs the column '{}' of each row: add it, or choose another function",
        ("column",),
        kind=re.compile(r"^TypeError$"),
        message=re.compile(r"__call__\(\) missing \d+ required positional arguments?: '(?P<column>\w+)'"),
        frame=re.compile(r"swift/rlhf_trainers/"),
    ),
    FailureClass(
        Reason.DATA_INVALID,
        "the picture {} cannot be opened: replace or remove it",
        ("picture",),
        kind=re.compile(r"(^|\.)UnidentifiedImageError$"),
        message=re.compile(r"cannot identify image file '?(?P<picture>.+?)'?$"),
    ),
)

DATA = TABLES + FILES + NO_ROWS + LABELS
