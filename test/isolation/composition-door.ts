import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KMSClient } from "@aws-sdk/client-kms";
import { planDigest } from "../../claims/digest.ts";
import { createTrigger } from "../../triggers/trigger.ts";
import { answerDynamo, answerKms, type Sent } from "./answers.ts";
import type { Door, DoorOptions } from "./door.ts";
import { aborted, type Trip, tripsBy } from "./trips.ts";
import type { World } from "./world.ts";

/**
 * What `createTrigger` puts together: everything above the SDK's own sending is as it is deployed. Until it is stopped,
 * no client of DynamoDB or KMS in this process sends anything.
 */
export function compositionDoor(
  world: World,
  { trouble }: Pick<DoorOptions, "trouble">,
): Door & {
  /** The SDK's commands that were sent so far, by name. */
  readonly sent: ReadonlySet<string>;
} {
  const trip = tripsBy(trouble);
  const sent = new Set<string>();
  const noted =
    (answer: (command: Sent) => unknown): ((command: Sent) => unknown) =>
    (command) => {
      sent.add(command.constructor.name);
      return answer(command);
    };
  const undo = [
    replaceSend(DynamoDBClient.prototype, trip, noted(answerDynamo(world))),
    replaceSend(KMSClient.prototype, trip, noted(answerKms(world.kms))),
  ];
  const { plan, environment, hooks, chained } = world;
  const lines: string[] = [];
  const trigger = createTrigger({
    plan,
    sha256: planDigest(plan),
    environment: { ...environment, AWS_REGION: "eu-central-1" },
    hooks: Object.fromEntries(
      Object.entries(hooks).map(([name, hook]) => [
        name,
        async (...asked) => {
          await arrival(trip, asked[1].signal);
          return hook(...asked);
        },
      ]),
    ),
    invokeFunction: async (...asked) => {
      await arrival(trip, asked[2]);
      return chained(...asked);
    },
    // A log that is slow costs records, which is no matter of this run.
    writeLine: async (line) => void lines.push(line),
  });
  // How old a test's process is counts as a start; the first event pays for it, and is nobody's.
  const started = trigger({}).catch(() => lines.splice(0));
  return {
    sent,
    run: async (...asked) => {
      await started;
      return trigger(...asked);
    },
    takeLines: () => lines.splice(0),
    stop: async () => {
      for (const back of undo) back();
    },
  };
}

function replaceSend(of: object, trip: Trip, answer: (sent: Sent) => unknown): () => void {
  const send = async (sent: Sent, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}): Promise<unknown> => {
    await arrival(trip, abortSignal);
    const answered = await answer(sent);
    await trip();
    return answered;
  };
  Object.defineProperty(of, "send", { value: send, configurable: true });
  return () => Reflect.deleteProperty(of, "send");
}

/** Rejects where a request does not arrive, with an error as the SDK makes them. */
async function arrival(trip: Trip, signal: AbortSignal | undefined): Promise<void> {
  const end = await trip();
  if (end === "hangs") await aborted(signal);
  if (end === "hangs") throw sdkError("AbortError", 0);
  if (end === "failed") throw sdkError("InternalServerError", 500);
  if (end === "refused") throw sdkError("AccessDeniedException", 400);
}

function sdkError(name: string, httpStatusCode: number): Error {
  const $fault = httpStatusCode < 500 ? "client" : "server";
  return Object.assign(new Error("injected"), { name, $fault, $metadata: { httpStatusCode } });
}
