import { spawn } from "node:child_process";
import { once } from "node:events";

export type Diagnostic = {
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
  readonly message: string;
};

/** A language server while it runs, as an editor has it. */
export type LanguageClient = {
  readonly request: (method: string, params: unknown) => Promise<unknown>;
  /** Opens a document and resolves to what the server has to say about it. */
  readonly open: (uri: string, text: string) => Promise<readonly Diagnostic[]>;
  readonly stop: () => Promise<void>;
};

type Message = {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
};

/**
 * Starts a YAML language server over stdio and greets it (Language Server Protocol 3.17). It is asked to fetch nothing,
 * and ends with this process.
 */
export async function startLanguageServer(file: string): Promise<LanguageClient> {
  const child = spawn(process.execPath, [file, "--stdio"], { stdio: ["pipe", "pipe", "ignore"] });
  const closed = once(child, "close");
  const end = () => void child.kill("SIGKILL");
  process.once("exit", end);

  const answers = new Map<number, PromiseWithResolvers>();
  const told = new Map<string, PromiseWithResolvers>();
  const send = (message: object): void => {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  const hear = ({ id, method, params, result, error }: Message): void => {
    if (method === "workspace/configuration") {
      const { items } = params as { readonly items: readonly { readonly section: string }[] };
      send({ id, result: items.map(({ section }) => SETTINGS[section] ?? null) });
    } else if (method === "textDocument/publishDiagnostics") {
      const { uri, diagnostics } = params as { readonly uri: string; readonly diagnostics: readonly Diagnostic[] };
      told.get(uri)?.resolve(diagnostics);
    } else if (method !== undefined && id !== undefined) {
      send({ id, result: null });
    } else if (id !== undefined) {
      if (error === undefined) answers.get(id)?.resolve(result);
      else answers.get(id)?.reject(new Error(error.message));
    }
  };
  child.stdout.on("data", messages(hear));

  let last = 0;
  const request = (method: string, params: unknown): Promise<unknown> => {
    last += 1;
    const answer = withResolvers();
    answers.set(last, answer);
    send({ id: last, method, params });
    return answer.promise;
  };
  await request("initialize", { processId: process.pid, rootUri: null, capabilities: CAPABILITIES });
  send({ method: "initialized", params: {} });
  return {
    request,
    open: async (uri, text) => {
      const diagnostics = withResolvers();
      told.set(uri, diagnostics);
      send({
        method: "textDocument/didOpen",
        params: { textDocument: { uri, languageId: "yaml", version: 1, text } },
      });
      return (await diagnostics.promise) as readonly Diagnostic[];
    },
    stop: async () => {
      end();
      await closed;
      process.off("exit", end);
    },
  };
}

const SETTINGS: { readonly [section: string]: unknown } = {
  yaml: { validate: true, hover: true, completion: true, schemaStore: { enable: false } },
};

const CAPABILITIES = {
  textDocument: {
    completion: { completionItem: { snippetSupport: true, documentationFormat: ["markdown"] } },
    hover: { contentFormat: ["markdown"] },
  },
  workspace: { configuration: true },
};

type PromiseWithResolvers = {
  readonly promise: Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
};

function withResolvers(): PromiseWithResolvers {
  let settle: Omit<PromiseWithResolvers, "promise"> | undefined;
  const promise = new Promise<unknown>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle! };
}

/** Cuts what arrives into messages, each behind a header with its length in bytes. */
function messages(hear: (message: Message) => void): (chunk: Buffer) => void {
  let held = Buffer.alloc(0);
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    for (;;) {
      const header = held.indexOf("\r\n\r\n");
      const length = Number(/Content-Length: (\d+)/.exec(held.toString("latin1", 0, Math.max(header, 0)))?.[1]);
      const start = header + 4;
      if (header < 0 || held.length < start + length) return;
      const body = held.toString("utf8", start, start + length);
      held = held.subarray(start + length);
      hear(JSON.parse(body) as Message);
    }
  };
}
