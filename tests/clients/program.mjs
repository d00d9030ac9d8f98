// What the programs beside this file share: options from the command line, one JSON document as the answer.
import { parseArgs } from "node:util";

/**
 * Run `main` with the options given as --name=value and print what it returns. All of `names` are required.
 *
 * A refusal by the server is an answer too: {"error": {"name", "message"}}. What is no refusal (a bug, no connection) ends the program.
 */
export async function run(names, main) {
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" }]));
  const { values } = parseArgs({ options, strict: true });
  const missing = names.filter((name) => values[name] === undefined);
  if (missing.length > 0) throw new Error(`missing: ${missing.map((name) => `--${name}`).join(" ")}`);
  let answer;
  try {
    answer = await main(values);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    answer = { error: { name: error.name, message: error.message } };
  }
  process.stdout.write(JSON.stringify(answer));
}

/** The server, or the library that checks its tokens, said no. */
export class Refusal extends Error {
  constructor(error) {
    super(error.message, { cause: error });
    this.name = error.code ?? error.name;
  }
}
