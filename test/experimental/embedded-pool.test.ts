// All the way: somebody signs in at an embedded pool, the client reads its ID token and shows one claim, and the service
// has that one and no other.
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readDisclosures } from "../../experimental/read-disclosures.ts";
import { encodingWithin } from "../../local/leak-search.ts";
import { createOpener, type OpenerOptions } from "../../resource-server/open.ts";
import { type EmbeddedPool, payloadOf, poolId, startPool, web } from "../local/user-pool/embedded-pool.ts";
import { disclosingTrigger } from "./a-disclosing-trigger.ts";

const EMPLOYER = "Klinikum Nord gGmbH";
const BIRTHDATE = "1979-03-02 (Thu)";
const [USERNAME, PASSWORD] = ["anna@example.org", "Correct-Horse-7"];

let embedded: EmbeddedPool;
let options: OpenerOptions;

beforeAll(async () => {
  const trigger = disclosingTrigger();
  embedded = await startPool({
    clients: [web],
    trigger: async (event) => ({ functionError: null, payload: await trigger(event) }),
  });
  const { cognito, pool } = embedded;
  await cognito.send(
    new AdminCreateUserCommand({
      UserPoolId: poolId,
      Username: USERNAME,
      UserAttributes: [
        { Name: "custom:employer", Value: EMPLOYER },
        { Name: "birthdate", Value: BIRTHDATE },
      ],
    }),
  );
  const password = { UserPoolId: poolId, Username: USERNAME, Password: PASSWORD, Permanent: true };
  await cognito.send(new AdminSetUserPasswordCommand(password));
  options = {
    resourceServer: "care",
    userPoolId: poolId,
    clientId: web.id,
    scope: "care/read",
    map: "wards",
    seal: null,
    jwks: { fetch: async () => pool.keys.jwks },
  };
});
afterAll(() => embedded.stop());

async function tokens(
  flow: "USER_PASSWORD_AUTH" | "REFRESH_TOKEN_AUTH",
  parameters: Record<string, string>,
): Promise<{ readonly access: string; readonly id: string; readonly refresh: string }> {
  const asked = new InitiateAuthCommand({ AuthFlow: flow, ClientId: web.id, AuthParameters: parameters });
  const { AuthenticationResult: result } = await embedded.cognito.send(asked);
  return { access: result?.AccessToken ?? "", id: result?.IdToken ?? "", refresh: result?.RefreshToken ?? "" };
}

test("a client shows one claim, and the service has that one and no other; a refresh makes new ones", async () => {
  const opener = createOpener({ ...options, experimental: { selectiveDisclosure: true } });
  const first = await tokens("USER_PASSWORD_AUTH", { USERNAME, PASSWORD });
  for (const value of [EMPLOYER, BIRTHDATE]) expect(encodingWithin([first.access], value)).toBeUndefined();

  const held = readDisclosures(payloadOf(first.id));
  expect([...held.keys()]).toEqual(["employer", "birthdate"]);
  const { disclosure = "" } = held.get("employer") ?? {};
  const auth = await opener.open(first.access, { disclosures: [disclosure] });
  expect(Object.keys(auth.disclosed)).toEqual(["employer"]);
  expect(auth.disclosed["employer"]?.reveal()).toBe(EMPLOYER);
  expect(encodingWithin([first.access, disclosure, JSON.stringify(auth)], BIRTHDATE)).toBeUndefined();
  expect((await opener.open(first.access)).disclosed).toEqual({});

  const next = await tokens("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: first.refresh });
  await expect(opener.open(next.access, { disclosures: [disclosure] })).rejects.toMatchObject({
    code: "DISCLOSURE_FOREIGN",
    message: "a disclosure is not of this token",
  });
  const renewed = readDisclosures(payloadOf(next.id)).get("employer")?.disclosure ?? "";
  const again = await opener.open(next.access, { disclosures: [renewed] });
  expect(again.disclosed["employer"]?.reveal()).toBe(EMPLOYER);
});

test("a service that knows nothing of it is not troubled: the digests are one claim among others", async () => {
  const { access } = await tokens("USER_PASSWORD_AUTH", { USERNAME, PASSWORD });
  const auth = await createOpener(options).open(access);
  expect(auth.claims["_sd"]).toHaveLength(3);
});
