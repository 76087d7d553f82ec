"""Shapes in which data are published, method by method."""

from tests.shapes.case import Case, Row, classified, near, pair, ranked, rated, reply, turns

HI = turns(("user", "hi"))
GOOD, BAD = turns(("assistant", "good")), turns(("assistant", "bad"))
LONG = turns(("system", "short"), ("user", "a"), ("assistant", "b"), ("user", "hi"))
BEFORE = ("system: short", "user: a", "assistant: b", "user: hi")
PAIR = pair("user: hi", good="good", bad="bad")
LONG_PAIR = pair(*BEFORE, good="good", bad="bad")


def _sharegpt(role: str, text: str) -> dict[str, str]:
    return {"from": role, "value": text}


def _choices(first: str, second: str, tell: str, values: tuple[object, object], asked: str = "prompt") -> list[Row]:
    """Records in which the first answer is the better one, and then the second."""
    return [
        {asked: "hi", first: "good", second: "bad", tell: values[0]},
        {asked: "hi", first: "bad", second: "good", tell: values[1]},
    ]


# By the column that tells the better of two answers.
CHOICES = {
    "better_response_id": _choices("response_0", "response_1", "better_response_id", (0, 1)),
    "chosen_id": _choices("answer_a", "answer_b", "chosen_id", (0, 1)),
    "preference": _choices("output_1", "output_2", "preference", (1, 2)),
    "a letter": _choices("response_a", "response_b", "preference", ("A", "B")),
    "a name": _choices("response_a", "response_b", "better", ("response_a", "response_b")),
    "winner": _choices("response_a", "response_b", "winner", ("model_a", "model_b")),
    "SHP's labels": _choices("human_ref_A", "human_ref_B", "labels", (1, 0), "history"),
    "HelpSteer's strength": _choices("response_1", "response_2", "preference_strength", (-2, 3)),
    "scores": [
        {"question": {"dataset": "d", "full_text": "hi"}, **answers}
        for answers in (
            {"answer_0": "good", "score_0": 0.5, "tokens_0": {}, "answer_1": "bad", "score_1": -0.5, "tokens_1": {}},
            {"answer_0": "bad", "score_0": -1.0, "tokens_0": {}, "answer_1": "good", "score_1": 1.0, "tokens_1": {}},
        )
    ],
}
PAIRS = [
    Case(
        "flat texts beside instruction, input and system",
        "dpo",
        [
            {"id": "1", "system": "short", "instruction": "double", "input": "", "chosen": "2", "rejected": "4"},
            {"id": "2", "system": "short", "instruction": "double", "input": "3", "chosen": "6", "rejected": "9"},
        ],
        [
            pair("system: short", "user: double", good="2", bad="4"),
            pair("system: short", "user: double\n3", good="6", bad="9"),
        ],
    ),
    Case("flat texts beside a prompt", "orpo", [{"prompt": "hi", "chosen": "good", "rejected": "bad"}], [PAIR]),
    Case("flat texts beside a question", "simpo", [{"question": "hi", "chosen": "good", "rejected": "bad"}], [PAIR]),
    Case("flat texts in CSV", "cpo", [{"prompt": "hi", "chosen": "good", "rejected": "bad"}], [PAIR], ending=".csv"),
    Case("the prompt inside both lists", "dpo", [{"chosen": HI + GOOD, "rejected": HI + BAD}], [PAIR]),
    Case(
        "the prompt inside both lists, streamed",
        "dpo",
        [{"chosen": HI + GOOD, "rejected": HI + BAD}],
        [PAIR],
        {"streaming": True},
    ),
    Case("a long prompt inside both lists", "dpo", [{"chosen": LONG + GOOD, "rejected": LONG + BAD}], [LONG_PAIR]),
    Case("lists written as JSON in CSV", "dpo", [{"chosen": HI + GOOD, "rejected": HI + BAD}], [PAIR], ending=".csv"),
    Case("a prompt as a list", "dpo", [{"prompt": LONG, "chosen": GOOD, "rejected": BAD}], [LONG_PAIR]),
    Case("a prompt as a text beside lists", "dpo", [{"prompt": "hi", "chosen": GOOD, "rejected": BAD}], [PAIR]),
    Case(
        "a prompt as a list beside texts", "dpo", [{"prompt": LONG, "chosen": "good", "rejected": "bad"}], [LONG_PAIR]
    ),
    Case(
        "a system that only the prompt has",
        "dpo",
        [{"prompt": LONG[:1], "chosen": HI + GOOD, "rejected": HI + BAD}],
        [pair("system: short", "user: hi", good="good", bad="bad")],
    ),
    Case(
        "the better conversation besides, and scores, as in UltraFeedback",
        "dpo",
        [
            {
                "prompt": "hi",
                "prompt_id": "7",
                "chosen": HI + GOOD,
                "rejected": HI + BAD,
                "messages": HI + GOOD,
                "score_chosen": 9.0,
                "score_rejected": 2.0,
            }
        ],
        [PAIR],
    ),
    Case(
        "the better conversation besides, answers alone",
        "dpo",
        [{"messages": HI + GOOD, "chosen": "good", "rejected": "bad"}],
        [PAIR],
    ),
    Case(
        "one message each beside conversations, as in LLaMA-Factory",
        "dpo",
        [
            {
                "conversations": [_sharegpt("human", "a"), _sharegpt("gpt", "b"), _sharegpt("human", "hi")],
                "system": "short",
                "chosen": _sharegpt("gpt", "good"),
                "rejected": _sharegpt("gpt", "bad"),
            }
        ],
        [LONG_PAIR],
    ),
    Case(
        "OpenAI's preferences",
        "dpo",
        [
            {
                "input": {"messages": LONG, "tools": [], "parallel_tool_calls": True},
                "preferred_output": GOOD,
                "non_preferred_output": BAD,
            }
        ],
        [LONG_PAIR],
    ),
    *(
        Case(f"{better} and {worse}", "dpo", [{"question": "hi", better: "good", worse: "bad"}], [PAIR])
        for better, worse in (("accepted", "rejected"), ("win", "lose"), ("response_j", "response_k"))
    ),
    Case(
        "dialogues written into texts, as in HH-RLHF",
        "dpo",
        [
            {
                "chosen": "\n\nHuman: a\n\nAssistant: b\n\nHuman: hi\n\nAssistant: good",
                "rejected": "\n\nHuman: a\n\nAssistant: b\n\nHuman: hi\n\nAssistant: bad",
            }
        ],
        [pair(*BEFORE[1:], good="good", bad="bad")],
    ),
    Case(
        "a dialogue written into the prompt",
        "dpo",
        [
            {
                "prompt": "\n\nHuman: a\n\nAssistant: b\n\nHuman: hi\n\nAssistant:",
                "chosen": "good",
                "rejected": "bad",
            }
        ],
        [pair(*BEFORE[1:], good="good", bad="bad")],
    ),
    Case(
        "roles and texts beside a context, as in the Chinese HH-RLHF",
        "dpo",
        [
            {
                "context": [{"role": "human", "text": "hi"}],
                "chosen": {"role": "assistant", "text": "good"},
                "rejected": {"role": "assistant", "text": "bad"},
            }
        ],
        [PAIR],
    ),
    Case(
        "rounds besides, as in Capybara",
        "dpo",
        [
            {
                "conversation": [{"input": "hi", "output": "good"}],
                "prompt": "hi",
                "chosen": HI + GOOD,
                "rejected": HI + BAD,
            }
        ],
        [PAIR],
    ),
    *(
        Case(f"a column that tells the better of two: {tell}", "dpo", rows, [PAIR, PAIR])
        for tell, rows in CHOICES.items()
    ),
    Case(
        "whole conversations, one of which won, as in an arena",
        "dpo",
        [
            {
                "model_a": "m",
                "model_b": "n",
                "winner": "model_b",
                "conversation_a": HI + BAD,
                "conversation_b": HI + GOOD,
                "turn": 1,
            }
        ],
        [PAIR],
    ),
    *(
        Case(f"{better} and {worse}", "dpo", [{"question": "hi", better: "good", worse: "bad"}], [PAIR])
        for better, worse in (("response_chosen", "response_rejected"), ("preferred", "dispreferred"))
    ),
    Case("only the worse answer named", "dpo", [{"prompt": "hi", "response": "good", "rejected": "bad"}], [PAIR]),
    Case("names in capitals", "dpo", [{"Prompt": "hi", "Chosen": "good", "Rejected": "bad"}], [PAIR]),
    Case(
        "names that the job gives",
        "dpo",
        [{"frage": "hi", "gut": "good", "schlecht": "bad"}],
        [PAIR],
        {"columns": {"frage": "prompt", "gut": "chosen", "schlecht": "rejected"}},
    ),
    Case(
        "the worse answer given ms-swift's name by the job",
        "dpo",
        [{"instruction": "hi", "chosen": "good", "rejected": "bad"}],
        [PAIR],
        {"columns": {"rejected": "rejected_response"}},
    ),
    Case("ms-swift's own, as text", "dpo", [{"messages": HI + GOOD, "rejected_response": "bad"}], [PAIR]),
    Case("ms-swift's own, as messages", "dpo", [{"messages": HI + GOOD, "rejected_messages": HI + BAD}], [PAIR]),
    Case("ms-swift's own, flat", "dpo", [{"query": "hi", "response": "good", "rejected_response": "bad"}], [PAIR]),
    Case(
        "earlier rounds",
        "dpo",
        [{"history": [["a", "b"]], "system": "short", "query": "hi", "chosen": "good", "rejected": "bad"}],
        [LONG_PAIR],
    ),
    Case(
        "two kinds of record in one file",
        "dpo",
        [{"prompt": "hi", "chosen": "good", "rejected": "bad"}, {"messages": HI + GOOD, "rejected_response": "bad"}],
        [PAIR, PAIR],
    ),
    Case(
        "for a reward model",
        "rm",
        [{"prompt": "hi", "chosen": "good", "rejected": "bad", "margin": 0.5}],
        [{"chosen_": ["user: hi", "assistant: good"], "rejected_": ["user: hi", "assistant: bad"], "margin": 0.5}],
    ),
]
RATED = [
    Case(
        "a completion and its label",
        "kto",
        [{"prompt": "hi", "completion": "good", "label": True}, {"prompt": "hi", "completion": "bad", "label": False}],
        [rated("user: hi", answer="good", label=True), rated("user: hi", answer="bad", label=False)],
    ),
    Case(
        "lists and a label",
        "kto",
        [{"prompt": LONG, "completion": GOOD, "label": False}],
        [rated(*BEFORE, answer="good", label=False)],
    ),
    Case(
        "a tag, as in LLaMA-Factory",
        "kto",
        [{"messages": HI + GOOD, "kto_tag": True}, {"messages": HI + BAD, "kto_tag": False}],
        [rated("user: hi", answer="good", label=True), rated("user: hi", answer="bad", label=False)],
    ),
    Case(
        "a tag beside instruction and output",
        "kto",
        [{"instruction": "hi", "input": "", "output": "good", "kto_tag": True}],
        [rated("user: hi", answer="good", label=True)],
    ),
    Case(
        "a label in CSV",
        "kto",
        [{"query": "hi", "response": "good", "label": True}],
        [rated("user: hi", answer="good", label=True)],
        ending=".csv",
    ),
    Case(
        "numbers as labels",
        "kto",
        [{"query": "hi", "response": "good", "label": 0}],
        [rated("user: hi", answer="good", label=False)],
    ),
]
REPLY = reply("user: hi", answer="good")
REPLIES = [
    Case("question and answer", "sft", [{"query": "hi", "response": "good"}], [REPLY]),
    Case(
        "answers of which OpenAI's weights name the ones to learn",
        "sft",
        [{"messages": [*HI, {**BAD[0], "weight": 0}, *HI, {**GOOD[0], "weight": 1}]}],
        [reply("user: hi", "assistant: bad", "user: hi", answer="good")],
    ),
    Case("texts of prompt and completion", "sft", [{"prompt": "hi", "completion": "good"}], [REPLY]),
    Case("lists of prompt and completion", "sft", [{"prompt": HI, "completion": GOOD}], [REPLY]),
    Case(
        "Alpaca, with the whole as text besides",
        "sft",
        [
            {"instruction": "do", "input": "it", "output": "good", "text": "### do"},
            {"instruction": "hi", "input": "", "output": "good", "text": "x"},
        ],
        [reply("user: do\nit", answer="good"), REPLY],
    ),
    Case(
        "Alpaca with earlier rounds, as in LLaMA-Factory",
        "sft",
        [{"instruction": "hi", "input": "", "output": "good", "system": "short", "history": [["a", "b"]]}],
        [{"": [*BEFORE, "assistant: good"], "labels": "b|good"}],
    ),
    Case(
        "a context beside the instruction, as in Dolly",
        "sft",
        [{"instruction": "do", "context": "it", "response": "good", "category": "qa"}],
        [reply("user: do\nit", answer="good")],
    ),
    Case(
        "ShareGPT",
        "sft",
        [{"conversations": [_sharegpt("system", "short"), _sharegpt("human", "hi"), _sharegpt("gpt", "good")]}],
        [reply("system: short", "user: hi", answer="good")],
    ),
    Case("ShareGPT of rounds", "sft", [{"conversation": [{"human": "hi", "assistant": "good"}]}], [REPLY]),
    *(
        Case(f"rounds of {ask} and {tell}", "sft", [{"conversation": [{ask: "hi", tell: "good"}]}], [REPLY])
        for ask, tell in (("input", "output"), ("question", "answer"))
    ),
    Case(
        "rounds with a system, as in XTuner",
        "sft",
        [
            {
                "conversation": [
                    {"system": "short", "input": "a", "output": "b"},
                    {"input": "hi", "output": "good"},
                ]
            }
        ],
        [{"": [*BEFORE, "assistant: good"], "labels": "b|good"}],
    ),
    Case("texts that take turns", "sft", [{"conversations": ["hi", "good"]}], [REPLY]),
    Case("texts that take turns, as in UltraChat", "sft", [{"id": "0", "data": ["hi", "good"]}], [REPLY]),
    Case(
        "a chat in one text, as Glaive has it",
        "sft",
        [{"system": "SYSTEM: short", "chat": "USER: hi\n\n\nASSISTANT: good <|endoftext|>\n\n\n"}],
        [reply("system: short", "user: hi", answer="good")],
    ),
    Case("pairs of texts", "sft", [{"conversations": [["hi", "good"]]}], [REPLY]),
    *(
        Case(f"roles {asks} and {says}", "sft", [{"messages": turns((asks, "hi"), (says, "good"))}], [REPLY])
        for asks, says in (("User", "Assistant"), ("human", "ai"), ("prompter", "chatgpt"), ("USER", "model"))
    ),
    Case(
        "messages with a text",
        "sft",
        [{"messages": [{"role": "user", "text": "hi"}, {"role": "assistant", "text": "good"}]}],
        [REPLY],
    ),
    Case("a system that is null", "sft", [{"messages": turns(("system", None)) + HI + GOOD}], [REPLY]),
    Case(
        "a dialogue written into a text",
        "sft",
        [{"response": "\n\nHuman: hi\n\nAssistant: good"}],
        [REPLY],
    ),
    Case("OpenAI's messages", "sft", [{"messages": HI + GOOD}], [REPLY]),
    Case("messages in a JSON list", "sft", [{"messages": HI + GOOD}], [REPLY], ending=".json"),
    Case("messages streamed", "sft", [{"messages": HI + GOOD}], [REPLY], {"streaming": True}),
    Case("messages written as JSON in CSV", "sft", [{"messages": HI + GOOD}], [REPLY], ending=".csv"),
    Case(
        "a developer's message",
        "sft",
        [{"messages": [{"role": "developer", "content": "short"}, *HI, *GOOD]}],
        [reply("system: short", "user: hi", answer="good")],
    ),
    Case(
        "content as parts of text",
        "sft",
        [
            {
                "messages": turns(
                    ("system", [{"type": "text", "text": "short"}]),
                    ("user", [{"type": "text", "text": "h"}, {"type": "text", "text": "i"}]),
                    ("assistant", [{"type": "text", "text": "good"}]),
                )
            }
        ],
        [reply("system: short", "user: hi", answer="good")],
    ),
    Case("an answer that is a number", "sft", [{"question": "hi", "answer": 5}], [reply("user: hi", answer="5")]),
    Case("several right answers", "sft", [{"question": "hi", "answers": ["good", "fine"]}], [REPLY]),
    Case(
        "an answer that is JSON",
        "sft",
        [{"query": "hi", "response": '[{"a": 1}]'}],
        [reply("user: hi", answer='[{"a": 1}]')],
    ),
    Case("a text alone", "sft", [{"text": "good"}], [reply("user: ", answer="good")]),
    *(
        Case(f"{question} and {answer}", "sft", [{"id": "7", question: "hi", answer: "good"}], [REPLY])
        for question, answer in (
            ("inputs", "targets"),
            ("source", "target"),
            ("src", "tgt"),
            ("user", "assistant"),
            ("Q", "A"),
            ("text", "output"),
            ("content", "summary"),
            ("article", "highlights"),
            ("问题", "答案"),
        )
    ),
    Case("lists of one question and one answer", "sft", [{"questions": [["hi"]], "answers": ["good"]}], [REPLY]),
    Case(
        "Alpaca, with a prompt that has the answer in it",
        "sft",
        [{"instruction": "do", "input": "it", "output": "good", "prompt": "do it: good"}],
        [reply("user: do\nit", answer="good")],
    ),
    Case(
        "columns that are empty",
        "sft",
        [{"prompt": "hi", "response": "good", "input": "", "question": ""}],
        [REPLY],
    ),
    Case(
        "a text alone beside what tells of it",
        "sft",
        [{"text": "good", "url": "u", "timestamp": "t", "note": ""}],
        [reply("user: ", answer="good")],
    ),
]
PROMPTS = [
    Case(
        "a question that ms-swift does not know",
        "grpo",
        [{"inputs": "hi", "system": "short", "solution": "5"}],
        [{"": ["system: short", "user: hi"], "labels": ""}],
    ),
    Case("a prompt that is a list", "grpo", [{"prompt": LONG, "solution": "5"}], [{"": [*BEFORE], "labels": ""}]),
    Case(
        "messages with other roles",
        "grpo",
        [{"conversations": [{"from": "User", "value": "hi"}], "solution": "5"}],
        [{"": ["user: hi"], "labels": ""}],
    ),
    Case("a prompt that is a text", "gkd", [{"prompt": "hi", "response": "good"}], [REPLY], {"teacher_model": "t"}),
]
RERANKER = {"task_type": "reranker", "loss_type": "pointwise_reranker"}
RANKED = [ranked("q", "d1", "d2", "d3", labels=[1, 0, 0])]
RANKS = [
    Case(
        "contexts, as in DPR",
        "sft",
        [
            {
                "question": "q",
                "answers": ["x"],
                "positive_ctxs": [{"title": "", "text": "d1", "score": 1}],
                "negative_ctxs": [],
                "hard_negative_ctxs": [{"title": "", "text": "d2"}, {"title": "", "text": "d3"}],
            }
        ],
        RANKED,
        RERANKER,
    ),
    Case(
        "answers and others",
        "sft",
        [{"query": "q", "response": "d1", "rejected_response": ["d2", "d3"]}],
        RANKED,
        RERANKER,
    ),
    Case("lists of both", "sft", [{"query": "q", "positive": ["d1"], "negative": ["d2", "d3"]}], RANKED, RERANKER),
    Case(
        "pos and neg, as in FlagEmbedding",
        "sft",
        [{"query": "q", "pos": ["d1"], "neg": ["d2", "d3"]}],
        RANKED,
        RERANKER,
    ),
    Case(
        "passages, as in Tevatron",
        "sft",
        [
            {
                "query_id": "1",
                "query": "q",
                "positive_passages": [{"docid": "1", "title": "", "text": "d1"}],
                "negative_passages": [
                    {"docid": "2", "title": "", "text": "d2"},
                    {"docid": "3", "title": "t", "text": "d3"},
                ],
            }
        ],
        [ranked("q", "d1", "d2", "t\nd3", labels=[1, 0, 0])],
        RERANKER,
    ),
    Case(
        "numbered columns",
        "sft",
        [{"query": "q", "positive": "d1", "negative_1": "d2", "negative_2": "d3"}],
        RANKED,
        RERANKER,
    ),
    Case(
        "a conversation and others",
        "sft",
        [{"messages": turns(("user", "q"), ("assistant", "d1")), "rejected_response": ["d2", "d3"]}],
        RANKED,
        RERANKER,
    ),
    Case(
        "ms-swift's own",
        "sft",
        [
            {
                "messages": turns(("user", "q")),
                "positive_messages": [turns(("assistant", "d1"))],
                "negative_messages": [turns(("assistant", "d2")), turns(("assistant", "d3"))],
            }
        ],
        RANKED,
        RERANKER,
    ),
    Case(
        "for a generative one",
        "sft",
        [{"query": "q", "positive": "d1", "negative": ["d2", "d3"]}],
        RANKED,
        {"task_type": "generative_reranker"},
    ),
]
EMBEDDING = {"task_type": "embedding"}
VECTORS = [
    Case(
        "triples",
        "sft",
        [{"anchor": "a", "positive": "b", "negative": "c"}],
        [near("a", "b", "c", labels=[1.0, 0.0])],
        EMBEDDING | {"loss_type": "infonce"},
    ),
    Case(
        "pairs",
        "sft",
        [{"query": "a", "response": "b"}],
        [near("a", "b", labels=[1.0])],
        EMBEDDING | {"loss_type": "infonce"},
    ),
    Case(
        "pairs with a score",
        "sft",
        [{"sentence1": "a", "sentence2": "b", "score": 0.25}],
        [near("a", "b", labels=[0.25])],
        EMBEDDING,
    ),
    Case(
        "pairs with a label",
        "sft",
        [{"query": "a", "response": "b", "label": 0}],
        [near("a", "b", labels=[0.0])],
        EMBEDDING | {"loss_type": "contrastive"},
    ),
    Case(
        "several that are far",
        "sft",
        [{"query": "a", "pos": ["b"], "neg": ["c", "d"]}],
        [near("a", "b", "c", "d", labels=[1.0, 0.0, 0.0])],
        EMBEDDING | {"loss_type": "infonce"},
    ),
    Case(
        "ms-swift's own",
        "sft",
        [
            {
                "messages": turns(("user", "a")),
                "positive_messages": [turns(("user", "b"))],
                "negative_messages": [turns(("user", "c"))],
            }
        ],
        [near("a", "b", "c", labels=[1.0, 0.0])],
        EMBEDDING,
    ),
]
CLASSIFIER = {"task_type": "seq_cls", "num_labels": 2}
CLASSES = [
    Case("a text and its label", "sft", [{"text": "nice", "label": 1}], [classified("nice", 1)], CLASSIFIER),
    Case("a question and its label", "sft", [{"query": "nice", "label": 0}], [classified("nice", 0)], CLASSIFIER),
    Case(
        "a review with a label as text, in CSV",
        "sft",
        [{"review": "nice", "label": "1"}],
        [classified("nice", 1)],
        CLASSIFIER,
        ending=".csv",
    ),
    Case(
        "two texts of one class, as in GLUE",
        "sft",
        [
            {"sentence1": "nice", "sentence2": "day", "label": 1, "idx": 0},
            {"premise": "nice", "hypothesis": "day", "label": 0},
        ],
        [classified("nice\nday", 1), classified("nice\nday", 0)],
        CLASSIFIER,
    ),
    Case("messages and a label", "sft", [{"messages": HI, "label": 1}], [classified("hi", 1)], CLASSIFIER),
]
CASES = [*PAIRS, *RATED, *REPLIES, *PROMPTS, *RANKS, *VECTORS, *CLASSES]
