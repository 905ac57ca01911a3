// One question at a time to a process of ours: `ask(name, value)` resolves to its answer.

/** Resolves once the process says that it is ready; whatever ends it rejects what was asked. */
export async function answering(child) {
  const waiting = new Map();
  let asked = 0;
  let ended = null;
  const ready = withResolvers();
  child.on("message", ({ id, value, error, ready: isReady }) => {
    if (isReady) return ready.resolve();
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error));
    else resolve(value);
  });
  child.once("exit", (code, signal) => {
    ended = new Error(`a process of the benchmark ended with ${signal ?? code}`);
    ready.reject(ended);
    for (const { reject } of waiting.values()) reject(ended);
  });
  await ready.promise;
  return {
    pid: child.pid,
    ask: (name, value) => {
      if (ended) return Promise.reject(ended);
      asked += 1;
      const one = withResolvers();
      waiting.set(asked, one);
      child.send({ id: asked, name, value });
      return one.promise;
    },
    /** Lets it come to its own end, with what it writes then. */
    end: async () => {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGINT");
      await gone;
    },
    stop: async () => {
      if (ended) return;
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await gone;
    },
  };
}

function withResolvers() {
  let [resolve, reject] = [null, null];
  const promise = new Promise((...settle) => {
    [resolve, reject] = settle;
  });
  return { promise, resolve, reject };
}
