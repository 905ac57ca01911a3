import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import type { House } from "../../triggers/pre-token-generation.ts";
import type { Random } from "../canary/random.ts";

/** One way into the trigger, with everything behind it that lives as long as a process does. */
export type Door = {
  readonly run: (event: unknown, invocation: { readonly awsRequestId: string }) => Promise<TriggerEvent>;
  /** The records written since the last call. */
  readonly takeLines: () => readonly string[];
  readonly stop: () => Promise<void>;
};

export type DoorOptions = {
  /** Null where nothing is late and nothing goes wrong. */
  readonly trouble: Random | null;
  /** Takes a guard away, to see that it is missed. */
  readonly spoil?: (house: House) => House;
};
