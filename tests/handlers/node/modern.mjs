// An ECMAScript module with a top-level await.
const loaded = await Promise.resolve("loaded");

export const handler = async (event) => {
  event.response.loaded = loaded;
  return event;
};

export default { named: async (event) => event };
