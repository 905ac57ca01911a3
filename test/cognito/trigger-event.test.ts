import type {
  PreTokenGenerationTriggerEvent,
  PreTokenGenerationV2TriggerEvent,
  PreTokenGenerationV3TriggerEvent,
} from "aws-lambda";
import { expect, expectTypeOf, test } from "vitest";
import { readSubject } from "../../cognito/read-subject.ts";
import type { TokenChange } from "../../cognito/safe-claims.ts";
import type { GroupConfiguration, KnownTriggerSource, TriggerEvent } from "../../cognito/trigger-event.ts";
import { writeResponse } from "../../cognito/write-response.ts";
import { safeClaims, sample, sampleAs } from "./events.ts";

test("the events of @types/aws-lambda are events here, in all three versions", () => {
  expectTypeOf<PreTokenGenerationTriggerEvent>().toExtend<TriggerEvent>();
  expectTypeOf<PreTokenGenerationV2TriggerEvent>().toExtend<TriggerEvent>();
  expectTypeOf<PreTokenGenerationV3TriggerEvent>().toExtend<TriggerEvent>();

  const v1 = sampleAs<PreTokenGenerationTriggerEvent>("v1.authentication");
  const v2 = sampleAs<PreTokenGenerationV2TriggerEvent>("v2.authentication");
  const v3 = sampleAs<PreTokenGenerationV3TriggerEvent>("v3.client-credentials");
  const events: readonly TriggerEvent[] = [v1, v2, v3];
  expect(events.map((event) => readSubject(event).grant)).toStrictEqual(["user", "user", "client_credentials"]);
});

test("types say what arrives: groups may be null, a preferred role a list, a source unheard of", () => {
  expectTypeOf<null>().toExtend<TriggerEvent["request"]["groupConfiguration"]>();
  expectTypeOf<readonly string[]>().toExtend<GroupConfiguration["preferredRole"]>();
  expectTypeOf<"TokenGeneration_Telepathy">().toExtend<TriggerEvent["triggerSource"]>();
  expectTypeOf<"TokenGeneration_HostedAuth">().toExtend<KnownTriggerSource>();

  const event: TriggerEvent = {
    ...sample("v3.client-credentials"),
    response: {
      claimsAndScopeOverrideDetails: {
        // Lists and nested objects, which @types/aws-lambda does not let through.
        accessTokenGeneration: { claimsToAddOrOverride: { roles: ["a"], limits: { payout: { eur: 5000 } } } },
      },
    },
  };
  expect(readSubject(event).groupConfiguration).toBeNull();
});

test("only protected claims can be written into a response", () => {
  const event = sample("v2.authentication");
  const change: TokenChange = { add: new Map(), suppress: [] };
  const unprotected = {
    id: change,
    access: { ...change, scopesToAdd: [], scopesToSuppress: [] },
    groups: "leave",
  } as const;
  // @ts-expect-error: it has not been through the protection
  const response = writeResponse(event, readSubject(event), unprotected).response;
  expect(response).toStrictEqual(writeResponse(event, readSubject(event), safeClaims({})).response);
});
