import { randomInt } from "node:crypto";
import { UserPoolError } from "./error.ts";
import type { PoolUser } from "./user-directory.ts";

/** What a code is good for. */
export type CodePurpose = "confirm sign-up" | "reset password" | "verify email" | "verify phone_number";

/** A message that Cognito would have sent. Here it stays in memory for whoever runs the pool. */
export type Message = {
  readonly medium: "EMAIL" | "SMS";
  readonly to: string;
  readonly username: string;
  readonly purpose: CodePurpose;
  readonly code: string;
};

/** The API's CodeDeliveryDetailsType. */
export type CodeDelivery = {
  readonly AttributeName: "email" | "phone_number";
  readonly DeliveryMedium: "EMAIL" | "SMS";
  /** Masked. */
  readonly Destination: string;
};

/** The codes of a pool and the messages that carried them. */
export type VerificationCodes = {
  /** The last thousand messages, the newest last. */
  readonly outbox: readonly Message[];
  /** Sends a code to an attribute of the person; null where it has no value. An older code for the purpose is void. */
  readonly send: (
    user: PoolUser,
    purpose: CodePurpose,
    attribute: CodeDelivery["AttributeName"],
  ) => CodeDelivery | null;
  /** Uses a code up. @throws {UserPoolError} `CodeMismatchException` or `ExpiredCodeException`. */
  readonly redeem: (user: PoolUser, purpose: CodePurpose, code: string) => void;
};

/** Seconds: an hour for a password, a day for the rest. Source: Amazon Cognito developer guide, "Quotas". */
const lifetimesS: { readonly [Purpose in CodePurpose]: number } = {
  "confirm sign-up": 86_400,
  "reset password": 3600,
  "verify email": 86_400,
  "verify phone_number": 86_400,
};

const outboxSize = 1000;

/** No codes yet. They have six digits, as Cognito's. */
export function createVerificationCodes(now: () => number): VerificationCodes {
  const outbox: Message[] = [];
  const codes = new Map<string, { readonly code: string; readonly endsMs: number }>();
  const keyOf = ({ username }: PoolUser, purpose: CodePurpose): string => `${purpose} ${username}`;
  return {
    outbox,
    send: (user, purpose, attribute) => {
      const to = user.attributes.get(attribute);
      if (to === undefined) return null;
      const code = String(randomInt(1_000_000)).padStart(6, "0");
      codes.set(keyOf(user, purpose), { code, endsMs: now() + lifetimesS[purpose] * 1000 });
      const delivery = deliveryTo(attribute, to);
      outbox.push({ medium: delivery.DeliveryMedium, to, username: user.username, purpose, code });
      if (outbox.length > outboxSize) outbox.shift();
      return delivery;
    },
    redeem: (user, purpose, code) => {
      const sent = codes.get(keyOf(user, purpose));
      if (sent === undefined || now() >= sent.endsMs) throw expiredCode();
      if (sent.code !== code) {
        throw new UserPoolError("CodeMismatchException", "Invalid verification code provided, please try again.");
      }
      codes.delete(keyOf(user, purpose));
    },
  };
}

/** The refusal of a code that is over, or that nobody was sent. */
export function expiredCode(): UserPoolError {
  return new UserPoolError("ExpiredCodeException", "Invalid code provided, please request a code again.");
}

/** Where a code went, as far as the person who asks may know. */
export function deliveryTo(attribute: CodeDelivery["AttributeName"], to: string): CodeDelivery {
  if (attribute === "phone_number") {
    return { AttributeName: attribute, DeliveryMedium: "SMS", Destination: `+*******${to.slice(-4)}` };
  }
  const [name = "", domain = ""] = to.split("@");
  return {
    AttributeName: attribute,
    DeliveryMedium: "EMAIL",
    Destination: `${name.charAt(0)}***@${domain.charAt(0)}***`,
  };
}
