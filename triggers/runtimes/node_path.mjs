// Node.js does not look into NODE_PATH for what an ES module imports; Lambda's runtimes do, since Node.js 18. Registered by node_client.mjs.
// https://aws.amazon.com/blogs/compute/node-js-18-x-runtime-now-available-in-aws-lambda/
import path from "node:path";
import { pathToFileURL } from "node:url";

// A folder of that name is searched for whoever lies beside it.
const neighbours = (process.env.NODE_PATH ?? "")
  .split(path.delimiter)
  .filter((folder) => path.basename(folder) === "node_modules")
  .map((folder) => pathToFileURL(path.join(path.dirname(folder), "importer.mjs")).href);

export async function resolve(specifier, context, nextResolve) {
  try {
    return await nextResolve(specifier, context);
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND" || /^(\.|\/|[a-z]+:)/i.test(specifier)) throw error;
    for (const parentURL of neighbours) {
      try {
        return await nextResolve(specifier, { ...context, parentURL });
      } catch {
        // the next, or what Node.js itself said
      }
    }
    throw error;
  }
}
