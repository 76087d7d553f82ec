"""Each hint that refuses a record, and the record after somebody followed it."""

from dataclasses import dataclass, field

from tests.shapes.case import Case, Row, classified, near, ranked, rated, reply, turns
from tests.shapes.cases import BAD, CLASSIFIER, EMBEDDING, GOOD, HI, PAIR, RANKED, RERANKER

HI_GOOD = reply("user: hi", answer="good")
RATED = rated("user: hi", answer="good", label=True)


@dataclass(frozen=True)
class Hint:
    """`says` is part of the sentence that refuses the record."""

    method: str
    record: Row
    says: str
    followed: Case
    extra: Row = field(default_factory=dict)


def hint(  # noqa: PLR0917 - a table's row
    method: str, record: Row, says: str, then: Row, row: Row, extra: Row | None = None, **then_extra: object
) -> Hint:
    """`then` is what somebody has made of it, `then_extra` what is sent besides, `by` another method."""
    extra = extra or {}
    followed = str(then_extra.pop("by", method))
    return Hint(method, record, says, Case(f"{method}: {says}", followed, [then], [row], extra | then_extra), extra)


FLAT: Row = {"query": "hi", "response": "good"}
ASKED: Row = {"query": "hi"}
COMPARED: Row = {"prompt": "hi", "chosen": "good", "rejected": "bad"}
DIALOGUES: Row = {
    "chosen": "\n\nHuman: hi\n\nAssistant: good",
    "rejected": "\n\nHuman: hi\n\nAssistant: bad",
}
TWO: Row = {"prompt": "hi", "reply_a": "good", "reply_b": "bad"}
TOOLBENCH: Row = {"reward_funcs": ["toolbench"]}
CALLS = [{"function": {"name": "clock", "arguments": "{"}}]
CALLED = [{"function": {"name": "clock", "arguments": "{}"}}]
CLOCK = '<tool_call>\n{"name": "clock", "arguments": {}}\n</tool_call>'

HINTS = [
    # Answers
    hint("sft", ASKED, "it belongs into a column response, output", FLAT, HI_GOOD),
    hint("sft", ASKED | {"a": 1}, "or into messages as a turn of the assistant", {"messages": HI + GOOD}, HI_GOOD),
    hint(
        "sft",
        ASKED | {"reply": "good"},
        'if column reply has it, send extra_args.columns {"reply": "response"}',
        ASKED | {"reply": "good"},
        HI_GOOD,
        columns={"reply": "response"},
    ),
    hint(
        "sft",
        ASKED | {"reply": "good", "note": "x"},
        'if one of the columns reply, note has it, send extra_args.columns {"reply": "response"}',
        ASKED | {"reply": "good", "note": "x"},
        HI_GOOD,
        columns={"reply": "response"},
    ),
    hint(
        "sft",
        {"db_id": "d", "query": "good", "question": "hi"},
        "columns query and question are both questions by their names; say which one is what by extra_args.columns "
        '{"question": "query", "query": "response"}, or the other way round',
        {"db_id": "d", "query": "good", "question": "hi"},
        HI_GOOD,
        columns={"question": "query", "query": "response"},
    ),
    hint(
        "sft",
        {"doc_id": "7", "en": "hi", "de": "good"},
        "no column is a question or an answer by its name: en, de; say which one is what, as in extra_args.columns "
        '{"en": "query", "de": "response"}',
        {"doc_id": "7", "en": "hi", "de": "good"},
        HI_GOOD,
        columns={"en": "query", "de": "response"},
    ),
    hint(
        "sft",
        {"name": "x", "story": "good"},
        'to learn story as it stands, send extra_args.columns {"story": "response"}',
        {"name": "x", "story": "good"},
        reply("user: ", answer="good"),
        columns={"story": "response"},
    ),
    hint(
        "sft",
        {"Frage": "hi", "answer": "good"},
        "so answer would be learned without one; if column Frage has it, send extra_args.columns "
        '{"Frage": "query", "answer": "response"}',
        {"Frage": "hi", "answer": "good"},
        HI_GOOD,
        columns={"Frage": "query", "answer": "response"},
    ),
    hint(
        "sft",
        {"topic": "hi", "response": "good"},
        'if column topic has it, send extra_args.columns {"topic": "query"}',
        {"topic": "hi", "response": "good"},
        HI_GOOD,
        columns={"topic": "query"},
    ),
    hint(
        "sft",
        {"text": "hi", "intent": "good"},
        'say which one is what by extra_args.columns {"text": "query", "intent": "response"}, or the other way round',
        {"text": "hi", "intent": "good"},
        HI_GOOD,
        columns={"text": "query", "intent": "response"},
    ),
    hint(
        "sft",
        {"title": "hi", "text": "good"},
        'or the other way round; to learn text alone, send extra_args.columns {"text": "response"}',
        {"title": "hi", "text": "good"},
        reply("user: ", answer="good"),
        columns={"text": "response"},
    ),
    hint(
        "sft",
        {"numbers": [1, 2], "target": "good"},
        "so target would be learned without one: it belongs into a column query or prompt",
        {"numbers": [1, 2], "target": "good", "query": "hi"},
        HI_GOOD,
    ),
    hint(
        "sft",
        {"text": "do hi: good", "output": "good"},
        "column text ends with column output, so it has question and answer in one; to learn all of it, send "
        'extra_args.columns {"text": "response"}',
        {"text": "do hi: good", "output": "good"},
        reply("user: ", answer="do hi: good"),
        columns={"text": "response"},
    ),
    hint("sft", ASKED | {"response": None}, "column response is null", FLAT, HI_GOOD),
    hint("sft", ASKED | {"response": ""}, "column response is empty; there is no answer", FLAT, HI_GOOD),
    hint("sft", COMPARED, "method dpo compares column chosen with the worse one", COMPARED, PAIR, by="dpo"),
    hint(
        "sft",
        DIALOGUES,
        'to learn chosen alone, send extra_args.columns {"chosen": "messages"}',
        DIALOGUES,
        HI_GOOD,
        columns={"chosen": "messages"},
    ),
    hint(
        "sft",
        COMPARED,
        'to learn chosen alone, send extra_args.columns {"chosen": "response"}',
        COMPARED,
        HI_GOOD,
        columns={"chosen": "response"},
    ),
    hint(
        "sft",
        {"chosen": HI + GOOD, "rejected": HI + BAD},
        'to learn chosen alone, send extra_args.columns {"chosen": "messages"}',
        {"chosen": HI + GOOD, "rejected": HI + BAD},
        HI_GOOD,
        columns={"chosen": "messages"},
    ),
    hint(
        "sft",
        {"problem": "hi", "solution": "good", "answer": "5"},
        'answer and solution could both be the answer; say which one is by extra_args.columns {"answer": "response"}',
        {"problem": "hi", "solution": "good", "answer": "5"},
        reply("user: hi", answer="5"),
        columns={"answer": "response"},
    ),
    hint(
        "sft",
        {"prompt": "hi", "question": "no", "response": "good"},
        'and question could both be the question; say which one is by extra_args.columns {"prompt": "query"}',
        {"prompt": "hi", "question": "no", "response": "good"},
        HI_GOOD,
        columns={"prompt": "query"},
    ),
    hint(
        "sft",
        ASKED | {"response": {"text": "good"}},
        "column response, message 1: {'text': 'good'} is not",
        FLAT,
        HI_GOOD,
    ),
    # Messages
    hint("sft", {"messages": HI}, "column messages has no assistant turn", {"messages": HI + GOOD}, HI_GOOD),
    hint(
        "sft",
        {"messages": HI + turns(("assistant", ""))},
        "column messages is empty where the assistant speaks",
        {"messages": HI + GOOD},
        HI_GOOD,
    ),
    hint(
        "sft",
        {"messages": HI + turns(("assistant", None))},
        "column messages, message 2: content is null",
        {"messages": HI + GOOD},
        HI_GOOD,
    ),
    hint(
        "sft",
        {"messages": turns(("asker", "hi")) + GOOD},
        "unknown role 'asker'; use user, assistant or system",
        {"messages": turns(("user", "hi")) + GOOD},
        HI_GOOD,
    ),
    hint(
        "sft",
        {"messages": HI + turns(("system", "be short")) + GOOD},
        "a message of role system comes behind another one; it has to be the first",
        {"messages": turns(("system", "be short")) + HI + GOOD},
        reply("system: be short", "user: hi", answer="good"),
    ),
    hint(
        "sft",
        {"messages": [*HI, {**GOOD[0], "weight": 0.5}]},
        "message 2: weight is 0.5; it is 0 or 1",
        {"messages": [*HI, {**GOOD[0], "weight": 1}]},
        HI_GOOD,
    ),
    hint("sft", {"messages": ["hi"]}, "'hi' is not an object with role and content", {"messages": HI + GOOD}, HI_GOOD),
    hint(
        "sft",
        {"messages": [*HI, {"role": "assistant", "content": None, "tool_calls": CALLS}]},
        "message 2: the arguments of clock are no JSON object: '{'",
        {"messages": [*HI, {"role": "assistant", "content": None, "tool_calls": CALLED}]},
        reply("user: hi", answer=CLOCK),
    ),
    hint(
        "sft",
        {"messages": [*HI, {"role": "assistant", "content": "", "tool_calls": ["clock"]}]},
        "message 2: 'clock' is no call of a tool with a name",
        {"messages": [*HI, {"role": "assistant", "content": "", "tool_calls": CALLED}]},
        reply("user: hi", answer=CLOCK),
    ),
    hint(
        "sft",
        {"messages": HI + turns(("tool_call", "clock()"))},
        "'clock()' is no call of a tool as JSON with name and arguments",
        {"messages": HI + turns(("tool_call", '{"name": "clock", "arguments": {}}'))},
        reply("user: hi", answer=CLOCK),
    ),
    hint("sft", {"messages": "hi"}, "column messages: 'hi' is no list of messages", {"messages": HI + GOOD}, HI_GOOD),
    hint("sft", {"query": [1, 2], "response": "good"}, "column query: [1, 2] is no text", FLAT, HI_GOOD),
    hint(
        "sft",
        {"messages": [*HI, {"role": "assistant", "content": "", "tool_calls": CALLED[0]}]},
        "is no list of calls",
        {"messages": [*HI, {"role": "assistant", "content": "", "tool_calls": CALLED}]},
        reply("user: hi", answer=CLOCK),
    ),
    # Pairs
    hint(
        "dpo",
        FLAT,
        "dpo compares two answers and needs a column rejected_response",
        FLAT | {"rejected_response": "bad"},
        PAIR,
    ),
    hint(
        "dpo",
        ASKED | {"reply_a": "good", "reply_b": "bad"},
        'extra_args.columns {"reply_a": "chosen", "reply_b": "rejected"}',
        ASKED | {"reply_a": "good", "reply_b": "bad"},
        PAIR,
        columns={"reply_a": "chosen", "reply_b": "rejected"},
    ),
    hint(
        "orpo",
        FLAT,
        "needs a column rejected_response or rejected_messages with the worse one",
        {"messages": HI + GOOD, "rejected_messages": HI + BAD},
        PAIR,
    ),
    hint(
        "dpo",
        FLAT | {"worst": "bad"},
        'if column worst has it, send extra_args.columns {"worst": "rejected"}',
        FLAT | {"worst": "bad"},
        PAIR,
        columns={"worst": "rejected"},
    ),
    hint(
        "dpo",
        ASKED | {"rejected": "bad"},
        "needs a column chosen with the better one",
        ASKED | {"rejected": "bad", "chosen": "good"},
        PAIR,
    ),
    hint(
        "dpo",
        ASKED | {"rejected": "bad", "chosen": None},
        "; its column chosen is null",
        ASKED | {"rejected": "bad", "chosen": "good"},
        PAIR,
    ),
    hint("dpo", {"chosen": "good", "rejected": "bad"}, "it belongs into a column prompt", COMPARED, PAIR),
    hint(
        "dpo",
        {"chosen": GOOD, "rejected": BAD},
        "or as messages into both chosen and rejected",
        {"chosen": HI + GOOD, "rejected": HI + BAD},
        PAIR,
    ),
    hint(
        "dpo",
        {"chosen": HI + GOOD, "rejected": turns(("user", "ho")) + BAD},
        "begin with different questions; both have to answer the same one",
        {"chosen": HI + GOOD, "rejected": HI + BAD},
        PAIR,
    ),
    hint("dpo", COMPARED | {"rejected": "good"}, "column rejected is the same as the better answer", COMPARED, PAIR),
    hint(
        "dpo",
        {"chosen": HI + GOOD + HI, "rejected": HI + BAD},
        "column chosen does not end with a turn of the assistant",
        {"chosen": HI + GOOD, "rejected": HI + BAD},
        PAIR,
    ),
    hint(
        "dpo",
        TWO | {"preference_rating": "[4, 1]"},
        "which of columns reply_a and reply_b is the better answer may be another in each row, as column "
        "preference_rating tells; write it into a column chosen",
        COMPARED,
        PAIR,
    ),
    hint(
        "dpo",
        {"query": "hi", "answer_zh": "good", "answer_en": "bad"},
        "columns answer_zh and answer_en are answers in two languages, and none of them is the worse one",
        COMPARED,
        PAIR,
    ),
    hint(
        "dpo",
        TWO | {"preference": 1},
        "column preference is 1, which names neither reply_a nor reply_b as the better answer; write that one into",
        COMPARED,
        PAIR,
    ),
    hint(
        "dpo",
        TWO | {"winner": "tie"},
        "column winner tells that no answer is better than the other; there is nothing to compare",
        TWO | {"winner": "a"},
        PAIR,
    ),
    hint(
        "dpo",
        TWO | {"score_a": 1, "score_b": 1},
        "column score_b tells that no answer is better than the other; there is nothing to compare",
        TWO | {"score_a": 2, "score_b": 1},
        PAIR,
    ),
    hint(
        "dpo",
        TWO | {"score_a": 1, "score_b": []},
        "column score_b has []; it has to be a number that tells which answer is better",
        TWO | {"score_a": 2, "score_b": 1},
        PAIR,
    ),
    hint(
        "dpo",
        {"history": "hi", "human_ref_A": "good", "human_ref_B": "bad", "labels": 2},
        "column labels is 2; it is 1 where the first of two answers is better, and else 0",
        {"history": "hi", "human_ref_A": "good", "human_ref_B": "bad", "labels": 1},
        PAIR,
    ),
    # Ratings
    hint("kto", FLAT, "kto needs a column label: true for an answer that is wanted", FLAT | {"label": True}, RATED),
    hint("kto", FLAT | {"label": "true"}, "kto needs true or false, without quotes", FLAT | {"label": True}, RATED),
    hint("kto", COMPARED, "columns chosen and rejected are what method dpo compares", COMPARED, PAIR, by="dpo"),
    # Questions without answers
    hint(
        "grpo",
        {"Frage": "hi", "answer": "good"},
        "grpo needs a question in each row, and no column is one by its name; if column Frage has it, send "
        'extra_args.columns {"Frage": "query"}',
        {"Frage": "hi", "answer": "good"},
        HI_GOOD,  # the trainer takes the answer off again, and the model writes its own
        columns={"Frage": "query"},
    ),
    hint(
        "grpo",
        {"nums": [1, 2], "target": 3},
        "there is none in the columns nums, target: it belongs into a column query or prompt, or into messages",
        {"nums": [1, 2], "target": 3, "messages": HI},
        {"": ["user: hi"], "labels": ""},
    ),
    # Rewards
    hint(
        "grpo",
        {"query": "hi", "answer": "good"},
        "the reward toolbench compares what was written with a column solution, and there is none; if column "
        'answer has it, send extra_args.columns {"answer": "solution"}',
        {"query": "hi", "answer": "good"},
        HI_GOOD,  # the trainer takes the answer off again, and the model writes its own
        TOOLBENCH,
        columns={"answer": "solution"},
    ),
    hint(
        "grpo",
        {"messages": HI},
        "the reward toolbench compares what was written with a column solution, and there is none; give each row one",
        {"messages": HI, "solution": "good"},
        {"": ["user: hi"], "labels": ""},
        TOOLBENCH,
    ),
    hint(
        "grpo",
        {"messages": HI, "Solution": "good"},
        "the reward toolbench reads a column solution: call column Solution so, in small letters",
        {"messages": HI, "solution": "good"},
        {"": ["user: hi"], "labels": ""},
        TOOLBENCH,
    ),
    # Ranks and vectors
    hint(
        "sft",
        {"positive": "d1"},
        "reranker needs a column query (or anchor, sentence1)",
        {"query": "q", "positive": "d1", "negative": ["d2", "d3"]},
        RANKED[0],
        RERANKER,
    ),
    hint(
        "sft",
        {"query": "q", "negative": ["d2", "d3"]},
        "reranker needs a column positive (or response, sentence2) with the text that fits query",
        {"query": "q", "positive": "d1", "negative": ["d2", "d3"]},
        RANKED[0],
        RERANKER,
    ),
    hint(
        "sft",
        {"query": "q", "document": "d1", "label": 1},
        'as in {"query": "q", "positive": ["d1"], "negative": ["d2"]}',
        {"query": "q", "positive": ["d1"], "negative": ["d2"]},
        ranked("q", "d1", "d2", labels=[1, 0]),
        RERANKER,
    ),
    hint(
        "sft",
        {"query": "q", "positive": "d1", "negative": []},
        "a reranker needs documents that do not fit, too",
        {"query": "q", "positive": "d1", "negative": ["d2"]},
        ranked("q", "d1", "d2", labels=[1, 0]),
        RERANKER,
    ),
    hint(
        "sft",
        {"query": "q", "positive": [], "negative": ["d2"]},
        "column positive is empty; there is nothing that fits",
        {"query": "q", "positive": ["d1"], "negative": ["d2"]},
        ranked("q", "d1", "d2", labels=[1, 0]),
        RERANKER,
    ),
    hint(
        "sft",
        {"text": "a"},
        "embedding needs a column query (or anchor, sentence1)",
        {"sentence1": "a", "sentence2": "b"},
        near("a", "b", labels=[1.0]),
        EMBEDDING,
    ),
    hint(
        "sft",
        {"messages": HI},
        "embedding needs a column positive (or response, sentence2)",
        {"messages": HI, "positive": "b"},
        near("hi", "b", labels=[1.0]),
        EMBEDDING,
    ),
    hint(
        "sft",
        {"sentence1": "a", "sentence2": "b", "score": 4.5},
        "scores go from -1 to 1: divide them by the highest of their scale",
        {"sentence1": "a", "sentence2": "b", "score": 0.9},
        near("a", "b", labels=[0.9]),
        EMBEDDING,
    ),
    hint(
        "sft",
        {"anchor": "a", "positive": "b", "negative": "c"},
        "loss_type contrastive compares two texts, and column negative is a third: send extra_args.loss_type infonce",
        {"anchor": "a", "positive": "b", "negative": "c"},
        near("a", "b", "c", labels=[1.0, 0.0]),
        EMBEDDING | {"loss_type": "contrastive"},
        loss_type="infonce",
    ),
    hint(
        "sft",
        {"anchor": "a", "positive": "b"},
        "loss_type cosine_similarity learns how near two texts are: give a column label or score",
        {"anchor": "a", "positive": "b", "score": 0.5},
        near("a", "b", labels=[0.5]),
        EMBEDDING | {"loss_type": "cosine_similarity"},
    ),
    hint(
        "sft",
        {"anchor": "a", "positive": "b"},
        "or send extra_args.loss_type infonce, which takes pairs that fit",
        {"anchor": "a", "positive": "b"},
        near("a", "b", labels=[1.0]),
        EMBEDDING | {"loss_type": "online_contrastive"},
        loss_type="infonce",
    ),
    hint(
        "sft",
        {"sentence1": "a", "sentence2": "b", "score": 4.5},
        "infonce takes pairs that fit, without scores: send extra_args.loss_type cosine_similarity, and scores from -1",
        {"sentence1": "a", "sentence2": "b", "score": 0.9},
        near("a", "b", labels=[0.9]),
        EMBEDDING | {"loss_type": "infonce"},
        loss_type="cosine_similarity",
    ),
    hint(
        "sft",
        {"sentence1": "a", "sentence2": "b", "score": 0.9},
        "column score is 0.9, and online_contrastive takes 0 or 1: send extra_args.loss_type cosine_similarity",
        {"sentence1": "a", "sentence2": "b", "score": 0.9},
        near("a", "b", labels=[0.9]),
        EMBEDDING | {"loss_type": "online_contrastive"},
        loss_type="cosine_similarity",
    ),
    hint(
        "sft",
        {"sentence1": "a", "sentence2": "b", "score": "high"},
        "it has to be a number that tells how near the two texts are",
        {"sentence1": "a", "sentence2": "b", "score": 0.9},
        near("a", "b", labels=[0.9]),
        EMBEDDING,
    ),
    hint(
        "sft",
        {"sentence1": "", "sentence2": "b"},
        "column sentence1 is empty; there is nothing to compare",
        {"sentence1": "a", "sentence2": "b"},
        near("a", "b", labels=[1.0]),
        EMBEDDING,
    ),
    *(
        hint(
            "sft",
            {first: "a", second: "b", "label": label},
            f"column label is {label!r}, a class and no score: where the classes are entailment, neutral and",
            {"anchor": "a", "positive": "b", "negative": "c"},
            near("a", "b", "c", labels=[1.0, 0.0]),
            EMBEDDING | {"loss_type": loss},
            loss_type="infonce",
        )
        for first, second, label, loss in (
            ("premise", "hypothesis", 0, "cosine_similarity"),
            ("premise", "hypothesis", "neutral", "contrastive"),
            ("sentence1", "sentence2", 2, "contrastive"),
        )
    ),
    # Classes
    hint(
        "sft",
        {"review": "nice", "sentiment": 1},
        'if column sentiment has it, send extra_args.columns {"sentiment": "label"}',
        {"review": "nice", "sentiment": 1},
        classified("nice", 1),
        CLASSIFIER,
        columns={"sentiment": "label"},
    ),
    hint(
        "sft",
        {"text": "nice", "label": "positive"},
        "from 0 on: write the same number for each name, as in 0 for negative and 1 for positive",
        {"text": "nice", "label": 1},
        classified("nice", 1),
        CLASSIFIER,
    ),
    hint(
        "sft",
        {"text": "nice"},
        "needs a column label with the number of the class",
        {"text": "nice", "label": 1},
        classified("nice", 1),
        CLASSIFIER,
    ),
    hint(
        "sft",
        {"text": "nice", "label": "good"},
        "classes are whole numbers, from 0 on",
        {"text": "nice", "label": 0},
        classified("nice", 0),
        CLASSIFIER,
    ),
    hint(
        "sft",
        {"text": "nice", "label": 2},
        "classes are whole numbers from 0 to 1, as num_labels says",
        {"text": "nice", "label": 1},
        classified("nice", 1),
        CLASSIFIER,
    ),
    hint(
        "sft",
        {"label": 1},
        "needs a column query (or text) with the text that belongs to the class",
        {"query": "nice", "label": 1},
        classified("nice", 1),
        CLASSIFIER,
    ),
    hint(
        "sft",
        {"text": "", "label": 1},
        "column text is empty; there is nothing to classify",
        {"text": "nice", "label": 1},
        classified("nice", 1),
        CLASSIFIER,
    ),
]
