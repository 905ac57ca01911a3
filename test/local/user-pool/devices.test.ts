import {
  AdminGetDeviceCommand,
  type ChallengeNameType,
  ConfirmDeviceCommand,
  ForgetDeviceCommand,
  GetTokensFromRefreshTokenCommand,
  InitiateAuthCommand,
  ListDevicesCommand,
  RespondToAuthChallengeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EmbeddedPool, payloadOf, poolId, startPool, web } from "./embedded-pool.ts";
import { createPerson, password, refusal } from "./people.ts";
import { remember, signInAgain, signInAnew } from "./remembered-device.ts";
import { srpClient, timestamp } from "./srp-client.ts";

const clock = { ms: Date.parse("2026-11-22T10:00:00Z") };
const USERNAME = "anna@example.org";
const eve = "eve@example.org";
const flows = [...web.flows, "ALLOW_USER_SRP_AUTH" as const];
const twin = { ...web, id: "twin0client0id", name: "twin" };
const wrong = ["NotAuthorizedException", "Incorrect username or password."];
const unknownDevice = ["ResourceNotFoundException", "Device does not exist."];

let tracking: EmbeddedPool;
let plain: EmbeddedPool;
beforeAll(async () => {
  tracking = await startPool({ deviceTracking: true, now: () => clock.ms, clients: [{ ...web, flows }, twin] });
  plain = await startPool();
  for (const embedded of [tracking, plain]) {
    await createPerson(embedded, USERNAME);
    await createPerson(embedded, eve);
  }
});
afterAll(() => Promise.all([tracking.stop(), plain.stop()]));

const byPassword = (DEVICE_KEY: string, { cognito } = tracking, login = USERNAME) =>
  cognito.send(
    new InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: web.id,
      AuthParameters: { USERNAME: login, PASSWORD: password, DEVICE_KEY },
    }),
  );

describe("a device", () => {
  test("is told its keys at the first sign-in, and the access token names it", async () => {
    const { AccessToken, IdToken, NewDeviceMetadata: device } = await signInAnew(tracking, USERNAME);
    expect(device).toEqual({
      DeviceKey: expect.stringMatching(/^eu-west-1_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      DeviceGroupKey: expect.stringMatching(/^-[\w-]{8}$/),
    });
    expect(payloadOf(AccessToken)["device_key"]).toBe(device?.DeviceKey);
    expect(payloadOf(IdToken)).not.toHaveProperty("device_key");
  });

  test("that is remembered shows its own secret after the password, and gets no new keys", async () => {
    const device = await remember(tracking, await signInAnew(tracking, USERNAME));
    const { AuthenticationResult: result } = await signInAgain(tracking, { USERNAME, device });
    expect(payloadOf(result?.AccessToken)).toMatchObject({ device_key: device.id, client_id: web.id });
    expect(result?.IdToken).toBeDefined();
    expect(result?.NewDeviceMetadata).toBeUndefined();
  });

  test.for([0x5a1n, 0xff00n, 1n])("is remembered whatever its salt looks like: %s", async (salt) => {
    const device = await remember(tracking, await signInAnew(tracking, USERNAME), salt);
    const { AuthenticationResult: result } = await signInAgain(tracking, { USERNAME, device });
    expect(payloadOf(result?.AccessToken)["device_key"]).toBe(device.id);
  });

  test("is not believed with another secret, another person, another device's key or an answer given before", async () => {
    const device = await remember(tracking, await signInAnew(tracking, USERNAME));
    const other = await remember(tracking, await signInAnew(tracking, USERNAME));
    const attempts = [
      signInAgain(tracking, { USERNAME, device: { ...device, password: other.password } }),
      signInAgain(tracking, { USERNAME, device: { ...device, realm: tracking.pool.name } }),
      signInAgain(tracking, { USERNAME, device, first: { DEVICE_KEY: other.id } }),
      signInAgain(tracking, { USERNAME, device, second: { DEVICE_KEY: other.id } }),
      signInAgain(tracking, { USERNAME, device, first: { USERNAME: eve } }),
    ];
    expect(await Promise.all(attempts.map(refusal))).toEqual(attempts.map(() => wrong));
    expect(await refusal(signInAgain(tracking, { USERNAME, device, second: { USERNAME: eve } }))).toEqual(
      unknownDevice,
    );
    expect(await refusal(byPassword(device.id, tracking, eve))).toEqual(unknownDevice);
  });

  test("cannot skip the password: its session is good once, and for three minutes", async () => {
    const device = await remember(tracking, await signInAnew(tracking, USERNAME));
    const begin = (Session: string | undefined, ClientId = web.id) =>
      tracking.cognito.send(
        new RespondToAuthChallengeCommand({
          ChallengeName: "DEVICE_SRP_AUTH",
          ClientId,
          Session,
          ChallengeResponses: { USERNAME, DEVICE_KEY: device.id, SRP_A: srpClient().SRP_A },
        }),
      );
    const { ChallengeName, Session } = await byPassword(device.id);
    expect(ChallengeName).toBe("DEVICE_SRP_AUTH");
    expect(await refusal(begin("invented"))).toEqual(wrong);
    const username = tracking.pool.directory.get(USERNAME).username;
    expect((await begin(Session)).ChallengeParameters).toMatchObject({ USERNAME: username, DEVICE_KEY: device.id });
    expect(await refusal(begin(Session))).toEqual(wrong);
    const { Session: foreign } = await byPassword(device.id);
    expect(await refusal(begin(foreign, twin.id))).toEqual(wrong);
    const late = await byPassword(device.id);
    clock.ms += 180_000;
    expect(await refusal(begin(late.Session))).toEqual(wrong);
  });

  test("is asked for after SRP as well, whichever call names it", async () => {
    const device = await remember(tracking, await signInAnew(tracking, USERNAME));
    const { name: realm } = tracking.pool;
    for (const [first, second] of [
      [{ DEVICE_KEY: device.id }, {}],
      [{}, { DEVICE_KEY: device.id }],
    ]) {
      const client = srpClient();
      const { ChallengeParameters } = await tracking.cognito.send(
        new InitiateAuthCommand({
          AuthFlow: "USER_SRP_AUTH",
          ClientId: web.id,
          AuthParameters: { USERNAME, SRP_A: client.SRP_A, ...first },
        }),
      );
      const id = ChallengeParameters?.["USER_ID_FOR_SRP"] ?? "";
      const answer = await tracking.cognito.send(
        new RespondToAuthChallengeCommand({
          ChallengeName: "PASSWORD_VERIFIER",
          ClientId: web.id,
          ChallengeResponses: {
            USERNAME: id,
            ...client.answer({ realm, id, password }, ChallengeParameters),
            ...second,
          },
        }),
      );
      expect(answer).toMatchObject({ ChallengeName: "DEVICE_SRP_AUTH", Session: expect.any(String) });
      expect(answer.AuthenticationResult).toBeUndefined();
    }
  });

  test("cannot stand for the password, nor the password for the device", async () => {
    const device = await remember(tracking, await signInAnew(tracking, USERNAME));
    const person = { realm: tracking.pool.name, id: tracking.pool.directory.get(USERNAME).username, password };
    const [ClientId, DEVICE_KEY, client] = [web.id, device.id, srpClient()];
    const { SRP_A } = client;
    const respond = (ChallengeName: ChallengeNameType, more: Record<string, string>, Session?: string) =>
      tracking.cognito.send(
        new RespondToAuthChallengeCommand({
          ChallengeName,
          ClientId,
          Session,
          ChallengeResponses: { USERNAME, DEVICE_KEY, ...more },
        }),
      );
    const { Session } = await byPassword(device.id);
    const ofDevice = await respond("DEVICE_SRP_AUTH", { SRP_A }, Session);
    const byDevice = client.answer(device, ofDevice.ChallengeParameters, timestamp(), person.realm);
    expect(await refusal(respond("PASSWORD_VERIFIER", byDevice))).toEqual(wrong);
    const ofPerson = await tracking.cognito.send(
      new InitiateAuthCommand({ AuthFlow: "USER_SRP_AUTH", ClientId, AuthParameters: { USERNAME, SRP_A } }),
    );
    const byPerson = client.answer(person, ofPerson.ChallengeParameters, timestamp(), device.realm);
    expect(await refusal(respond("DEVICE_PASSWORD_VERIFIER", byPerson))).toEqual(wrong);
  });

  test("of somebody who was disabled meanwhile is let in no more", async () => {
    await createPerson(tracking, "dora@example.org");
    const device = await remember(tracking, await signInAnew(tracking, "dora@example.org"));
    tracking.pool.directory.setEnabled("dora@example.org", false);
    expect(await refusal(signInAgain(tracking, { USERNAME: "dora@example.org", device }))).toEqual([
      wrong[0],
      "User is disabled.",
    ]);
  });
});

describe("confirming a device", () => {
  const config = { Salt: "Wg==", PasswordVerifier: "Wg==" };
  const confirm = (
    AccessToken: string | undefined,
    DeviceKey: string | undefined,
    DeviceSecretVerifierConfig = config,
  ) => tracking.cognito.send(new ConfirmDeviceCommand({ AccessToken, DeviceKey, DeviceSecretVerifierConfig }));

  test("takes the key of the sign-in whose access token is shown, once", async () => {
    const [one, other] = [await signInAnew(tracking, USERNAME), await signInAnew(tracking, USERNAME)];
    const key = one.NewDeviceMetadata?.DeviceKey;
    expect(await refusal(confirm(other.AccessToken, key))).toEqual([
      "InvalidParameterException",
      "Invalid device key given.",
    ]);
    expect(await confirm(one.AccessToken, key)).toMatchObject({ UserConfirmationNecessary: false });
    expect(await refusal(confirm(one.AccessToken, key))).toEqual([
      "DeviceKeyExistsException",
      "The device was confirmed before.",
    ]);
  });

  test("needs a secret", async () => {
    const { AccessToken, NewDeviceMetadata: device } = await signInAnew(tracking, USERNAME);
    const missing = (member: string) => [
      "InvalidParameterException",
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    ];
    const without = new ConfirmDeviceCommand({ AccessToken, DeviceKey: device?.DeviceKey });
    expect(await refusal(tracking.cognito.send(without))).toEqual(missing("deviceSecretVerifierConfig"));
    const { Salt } = config;
    expect(await refusal(confirm(AccessToken, device?.DeviceKey, { Salt } as typeof config))).toEqual(
      missing("passwordVerifier"),
    );
  });
});

test("people see the devices that are remembered, and can have one forgotten", async () => {
  const Username = "bob@example.org";
  await createPerson(tracking, Username);
  await signInAnew(tracking, Username);
  const { AccessToken, ...first } = await signInAnew(tracking, Username);
  const device = await remember(tracking, { AccessToken, ...first });
  const listed = await tracking.cognito.send(new ListDevicesCommand({ AccessToken }));
  expect(listed.Devices).toEqual([
    {
      DeviceKey: device.id,
      DeviceAttributes: [{ Name: "device_name", Value: "a telephone" }],
      DeviceCreateDate: new Date(clock.ms),
      DeviceLastModifiedDate: new Date(clock.ms),
    },
  ]);
  const get = () =>
    tracking.cognito.send(new AdminGetDeviceCommand({ UserPoolId: poolId, Username, DeviceKey: device.id }));
  expect((await get()).Device).toEqual(listed.Devices?.[0]);
  await tracking.cognito.send(new ForgetDeviceCommand({ AccessToken, DeviceKey: device.id }));
  expect((await tracking.cognito.send(new ListDevicesCommand({ AccessToken }))).Devices).toEqual([]);
  expect(await refusal(get())).toEqual(unknownDevice);
  expect(await refusal(byPassword(device.id, tracking, Username))).toEqual(unknownDevice);
});

test("a refresh names the device of its sign-in, and keeps it in the token", async () => {
  const { RefreshToken = "", NewDeviceMetadata } = await signInAnew(tracking, USERNAME);
  const { DeviceKey = "" } = NewDeviceMetadata ?? {};
  const flow = (more: Record<string, string>) =>
    tracking.cognito.send(
      new InitiateAuthCommand({
        AuthFlow: "REFRESH_TOKEN_AUTH",
        ClientId: web.id,
        AuthParameters: { REFRESH_TOKEN: RefreshToken, ...more },
      }),
    );
  const operation = (key: string | undefined) =>
    tracking.cognito.send(new GetTokensFromRefreshTokenCommand({ ClientId: web.id, RefreshToken, DeviceKey: key }));
  for (const attempt of [flow({}), flow({ DEVICE_KEY: "eu-west-1_0" }), operation(undefined)]) {
    expect(await refusal(attempt)).toEqual(["NotAuthorizedException", "Invalid Refresh Token"]);
  }
  for (const { AuthenticationResult: result } of [await flow({ DEVICE_KEY: DeviceKey }), await operation(DeviceKey)]) {
    expect(payloadOf(result?.AccessToken)["device_key"]).toBe(DeviceKey);
    expect(result?.NewDeviceMetadata).toBeUndefined();
  }
});

test("a pool that does not track devices names none, asks for none and remembers none", async () => {
  const result = await signInAnew(plain, USERNAME);
  expect(result.NewDeviceMetadata).toBeUndefined();
  expect(payloadOf(result.AccessToken)).not.toHaveProperty("device_key");
  expect((await byPassword("eu-west-1_0", plain)).AuthenticationResult?.AccessToken).toBeDefined();
  expect(await refusal(plain.cognito.send(new ListDevicesCommand({ AccessToken: result.AccessToken })))).toEqual([
    "InvalidParameterException",
    "Device tracking is not enabled for the user pool.",
  ]);
});
