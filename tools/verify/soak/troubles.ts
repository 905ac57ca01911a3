import type { FaultEnding } from "../../../local/fault-endings.ts";
import type { Fault } from "../../../local/fault-proxy.ts";

/** What goes wrong all the time, with a few requests in a hundred. */
export const ALWAYS: readonly Fault[] = [
  { share: 0.003, end: { kind: "reset" } },
  { share: 0.005, end: error(400, "ThrottlingException") },
  { share: 0.003, end: error(500, "InternalServerError") },
  { share: 0.001, end: { kind: "text", body: '{"Responses":' } },
  { share: 0.001, end: { kind: "half-close" } },
  { share: 0.001, end: { kind: "hang" } },
  { share: 0.02, jitterMs: 300 },
];

/** What a service does for a few seconds of every minute, one after the other. */
const OUTAGES: Readonly<Record<"dynamodb" | "kms", readonly Fault[]>> = {
  dynamodb: [
    { end: { kind: "hang" } },
    { end: error(500, "InternalServerError") },
    { delayMs: 600 },
    { end: error(400, "ThrottlingException") },
    { end: { kind: "reset" } },
    { end: error(400, "AccessDeniedException") },
  ],
  kms: [
    { end: error(500, "KMSInternalException") },
    { end: { kind: "hang" } },
    { end: error(400, "AccessDeniedException") },
    { delayMs: 1_000 },
    { end: { kind: "reset" } },
  ],
};

/** Seconds of a minute at which a service is out: one after the other, and long enough for what is spared to notice. */
const OUT = { dynamodb: [20, 23], kms: [40, 44] } as const;

/** The faults of one service after so many seconds. */
export function faultsAt(service: keyof typeof OUTAGES, seconds: number): readonly Fault[] {
  const [from, to] = OUT[service];
  const [minute, second] = [Math.floor(seconds / 60), seconds % 60];
  const outage = OUTAGES[service][minute % OUTAGES[service].length] as Fault;
  return second >= from && second < to ? [outage] : ALWAYS;
}

function error(status: number, code: string): FaultEnding {
  return { kind: "error", status, code };
}
