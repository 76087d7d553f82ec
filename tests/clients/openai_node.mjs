// Asks through OpenAI's client for Node: `node openai_node.mjs URL KEY`; see __init__.py.

import { createInterface } from "node:readline";

import OpenAI from "openai";
import { makeParseableResponseFormat } from "openai/lib/parser";

const CITY = {
  type: "object",
  properties: { city: { type: "string" }, degrees: { type: "integer" } },
  required: ["city", "degrees"],
  additionalProperties: false,
};
const WEATHER = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};

const VERBS = {
  chat: async (client, body) => ({ answer: await client.chat.completions.create(body) }),
  completion: async (client, body) => ({ answer: await client.completions.create(body) }),
  embeddings: async (client, body) => ({ answer: await client.embeddings.create(body) }),
  response: async (client, body) => ({ answer: await client.responses.create(body) }),
  async models(client) {
    const { object, data } = await client.models.list();
    return { answer: { object, data } };
  },
  stream: (client, body) => chunks(client.chat.completions, body),
  completion_stream: (client, body) => chunks(client.completions, body),
  response_stream: (client, body) => chunks(client.responses, body),

  async parse(client, body) {
    const shape = { type: "json_schema", json_schema: { name: "City", strict: true, schema: CITY } };
    const response_format = makeParseableResponseFormat(shape, JSON.parse);
    const answer = await client.chat.completions.parse({ ...body, response_format });
    return { parsed: answer.choices[0].message.parsed };
  },

  async agent(client, body) {
    const ran = [];
    const get_weather = {
      name: "get_weather",
      description: "Tells the weather in a city.",
      parameters: WEATHER,
      parse: JSON.parse,
      function: (asked) => {
        ran.push(asked);
        return "sunny";
      },
    };
    const runner = client.chat.completions.runTools({ ...body, tools: [{ type: "function", function: get_weather }] });
    return { text: await runner.finalContent(), ran };
  },

  async leave(client, body) {
    const read = [];
    for await (const chunk of await client.chat.completions.create({ ...body, stream: true })) {
      read.push(chunk);
      if (read.length === 5) break;
    }
    return { read };
  },
};

async function chunks(resource, body) {
  const all = [];
  for await (const chunk of await resource.create({ ...body, stream: true })) all.push(chunk);
  return { chunks: all };
}

function told(problem) {
  const classes = [];
  for (let kind = problem.constructor; kind?.name; kind = Object.getPrototypeOf(kind)) classes.push(kind.name);
  const { message, status = null, code = null, param = null, type = null } = problem;
  return { classes, message, status, code, param, type };
}

const [baseURL, apiKey] = process.argv.slice(2);
for await (const line of createInterface({ input: process.stdin })) {
  const { do: verb, body, key } = JSON.parse(line);
  const client = new OpenAI({ baseURL, apiKey: key || apiKey, maxRetries: 0 });
  let result;
  try {
    result = await VERBS[verb](client, body);
  } catch (problem) {
    result = { error: told(problem) };
  }
  console.log(JSON.stringify(result));
}
