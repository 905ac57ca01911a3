import { isDeepStrictEqual } from "node:util";
import type { Plan } from "../../claims/plan.ts";
import type { ShortEvent } from "../../claims/shape/map-test-shape.ts";
import { readSubject } from "../../cognito/read-subject.ts";
import { cognitoEvent } from "../map-tests/case-event.ts";

const SIGN_IN = "TokenGeneration_HostedAuth";
const POOL = "eu-central-1_Example01";

/** An event as a map test writes it; null where the short form would leave out something that the trigger reads. */
export function shortEvent(event: unknown, version: Plan["events"]): ShortEvent | null {
  try {
    const subject = readSubject(event);
    const { sub, userName, clientId, trigger, poolId, scopes, groups, metadata } = subject;
    const isMachine = subject.grant === "client_credentials";
    const { sub: _sub, ...user } = Object.fromEntries(subject.attributes);
    const short: ShortEvent = {
      ...(isMachine && { grant: "client_credentials" }),
      client: clientId,
      ...(!isMachine && { sub }),
      ...(!isMachine && userName !== sub && { userName }),
      ...(!isMachine && trigger !== SIGN_IN && { trigger }),
      ...(poolId !== POOL && { pool: poolId }),
      ...(version !== "V1" && { scopes }),
      ...(groups.length > 0 && { groups }),
      ...(metadata.size > 0 && { metadata: Object.fromEntries(metadata) }),
      ...(!isMachine && Object.keys(user).length > 0 && { user }),
    };
    return isDeepStrictEqual(readSubject(cognitoEvent(short, version, undefined)), subject) ? short : null;
  } catch {
    return null;
  }
}
