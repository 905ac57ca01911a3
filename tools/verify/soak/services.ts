import dynalite from "dynalite";
import { createTables, type TableRow } from "../../../local/dynamodb.ts";
import { startFaultProxy } from "../../../local/fault-proxy.ts";
import { createKms } from "../../../local/kms/kms.ts";
import { serveKms } from "../../../local/kms/server.ts";
import { serveFaulty } from "./faulty-server.ts";
import { STAFF_TABLE } from "./people.ts";
import { faultsAt } from "./troubles.ts";

/** What this process says once it is ready, and then every second. */
export type FromServices =
  | { readonly kind: "ready"; readonly environment: Readonly<Record<string, string>> }
  | { readonly kind: "counts"; readonly requests: number; readonly faults: number };

/** What it is told: the rows of its table, and when the traffic begins. */
export type ToServices = { readonly kind: "rows"; readonly rows: readonly TableRow[] } | { readonly kind: "begin" };

const REGION = "eu-central-1";

/*
 * The program of the services' process: DynamoDB and KMS, embedded, each with faults in front of it. It ends with
 * whoever started it.
 */
process.on("message", (message: ToServices) => {
  if (message.kind === "rows") void start(message.rows);
});
process.on("disconnect", () => process.exit(0));

async function start(rows: readonly TableRow[]): Promise<void> {
  const dynamodb = await serveFaulty(dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 }));
  await createTables(dynamodb.url, { [STAFF_TABLE]: rows }, { [STAFF_TABLE]: ["pk"] });
  const keys = createKms();
  // It is asked a few times a second at most, so that a proxy costs nothing.
  const kms = await startFaultProxy((await serveKms(keys)).url);
  process.on("message", (message: ToServices) => {
    if (message.kind === "begin") trouble();
  });
  say({
    kind: "ready",
    environment: {
      STAFF_TABLE,
      CARE_KEY_ARN: keys.createKey({ region: REGION }),
      PSEUDONYM_KEY_ARN: keys.createKey({ region: REGION, spec: "HMAC_256" }),
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
      AWS_ENDPOINT_URL_KMS: kms.url,
    },
  });

  function trouble(): void {
    const begun = performance.now();
    setInterval(() => {
      const seconds = (performance.now() - begun) / 1000;
      dynamodb.inject(faultsAt("dynamodb", seconds));
      kms.inject(...faultsAt("kms", seconds));
      const { requests, faults } = dynamodb.counts();
      const wrong = kms.requests().filter(({ end }) => end !== "answer").length;
      say({ kind: "counts", requests: requests + kms.count(), faults: faults + wrong });
    }, 1000);
  }
}

function say(message: FromServices): void {
  process.send?.(message);
}
