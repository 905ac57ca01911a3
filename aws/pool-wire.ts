import type { CognitoIdentityProviderClient, DescribeUserPoolCommand } from "@aws-sdk/client-cognito-identity-provider";

/** The parts of the SDK's requests and responses that matter here: what is, or becomes, the body. */
type WithBody = { body?: unknown };

/**
 * Sends a command with a JSON body of our own, and answers with the JSON that came back, neither of them by way of the
 * SDK's types: those drop every field that was not there yet when the SDK was made, and a setting that is dropped here is
 * a setting that the pool loses.
 *
 * @param command `DescribeUserPool`, or one that looks like it from here: `UpdateUserPool`.
 * @param body Replaces what the SDK would send; undefined leaves it.
 * @throws what the SDK throws, and `SyntaxError` for an answer that is no JSON.
 */
export async function sendOnTheWire(
  client: CognitoIdentityProviderClient,
  command: DescribeUserPoolCommand,
  body?: string,
): Promise<unknown> {
  let answer = "";
  // After the SDK wrote its body, before it counts and signs it.
  command.middlewareStack.add(
    (next) => (args) => {
      if (body !== undefined) (args.request as WithBody).body = body;
      return next(args);
    },
    { name: "ownBody", step: "serialize", priority: "low" },
  );
  // Nearer to the wire than what parses the answer, which gets the same bytes.
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as WithBody;
      const bytes = await bytesOf(response.body);
      answer = new TextDecoder().decode(bytes);
      response.body = bytes;
      return result;
    },
    { name: "wholeAnswer", step: "deserialize", priority: "low" },
  );
  await client.send(command);
  return JSON.parse(answer);
}

async function bytesOf(body: unknown): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
