import {
  AdminConfirmSignUpCommand,
  AdminCreateUserCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  GetUserCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Message } from "../../../local/user-pool/verification-codes.ts";
import { type EmbeddedPool, payloadOf, poolId, secretHash, site, startPool, web } from "./embedded-pool.ts";
import { createPerson, password, refusal, signIn } from "./people.ts";

const clock = { ms: 1_763_800_000_000 };
const expired = ["ExpiredCodeException", "Invalid code provided, please request a code again."];
const mismatch = ["CodeMismatchException", "Invalid verification code provided, please try again."];

let embedded: EmbeddedPool;
let email: string;
let people = 0;
beforeAll(async () => {
  embedded = await startPool({ now: () => clock.ms });
});
afterAll(() => embedded.stop());
beforeEach(() => {
  people += 1;
  email = `person${people}@example.org`;
});

const signUp = (Username: string, attributes: Record<string, string> = {}, Password = password) =>
  embedded.cognito.send(
    new SignUpCommand({
      ClientId: web.id,
      Username,
      Password,
      UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
    }),
  );
const confirm = (Username: string, ConfirmationCode: string) =>
  embedded.cognito.send(new ConfirmSignUpCommand({ ClientId: web.id, Username, ConfirmationCode }));
const forgot = (Username: string) => embedded.cognito.send(new ForgotPasswordCommand({ ClientId: web.id, Username }));
const reset = (Username: string, ConfirmationCode: string, Password: string) =>
  embedded.cognito.send(new ConfirmForgotPasswordCommand({ ClientId: web.id, Username, ConfirmationCode, Password }));
const lastMessage = (): Message | undefined => embedded.pool.verification.outbox.at(-1);
/** A code that is certainly another one. */
const wrong = (code = ""): string => (code === "000000" ? "000001" : "000000");

describe("signing up", () => {
  test("makes an account that lets nobody in until the code from the outbox confirms it", async () => {
    const made = await signUp(email, { given_name: "Anna" });
    expect(made).toMatchObject({
      UserConfirmed: false,
      UserSub: expect.stringMatching(/^[0-9a-f-]{36}$/),
      CodeDeliveryDetails: { AttributeName: "email", DeliveryMedium: "EMAIL", Destination: "p***@e***" },
    });
    expect(await refusal(signIn(embedded, email))).toEqual(["UserNotConfirmedException", "User is not confirmed."]);

    const message = lastMessage();
    expect(message).toEqual({
      medium: "EMAIL",
      to: email,
      username: made.UserSub,
      purpose: "confirm sign-up",
      code: expect.stringMatching(/^\d{6}$/),
    });
    expect(await refusal(confirm(email, wrong(message?.code)))).toEqual(mismatch);
    await confirm(email, message?.code ?? "");
    const { IdToken } = await signIn(embedded, email);
    expect(payloadOf(IdToken)).toMatchObject({ sub: made.UserSub, email_verified: true, given_name: "Anna" });
    expect(await refusal(confirm(email, message?.code ?? ""))).toEqual([
      "NotAuthorizedException",
      "User cannot be confirmed. Current status is CONFIRMED",
    ]);
  });

  test("tells who is unconfirmed only to those who have the password", async () => {
    await signUp(email, {}, "Another-Horse-7");
    expect(await refusal(signIn(embedded, email))).toEqual([
      "NotAuthorizedException",
      "Incorrect username or password.",
    ]);
  });

  test("a code is good for a day, and a new one voids it", async () => {
    await signUp(email);
    const resent = await embedded.cognito.send(
      new ResendConfirmationCodeCommand({ ClientId: web.id, Username: email }),
    );
    expect(resent.CodeDeliveryDetails?.Destination).toBe("p***@e***");
    const [first, second] = embedded.pool.verification.outbox.slice(-2).map(({ code }) => code);
    const older = first === second ? wrong(second) : (first ?? "");
    expect(await refusal(confirm(email, older))).toEqual(mismatch);
    clock.ms += 86_400_000;
    expect(await refusal(confirm(email, second ?? ""))).toEqual(expired);
    await embedded.cognito.send(new AdminConfirmSignUpCommand({ UserPoolId: poolId, Username: email }));
    const { IdToken } = await signIn(embedded, email);
    expect(payloadOf(IdToken)).not.toHaveProperty("email_verified");
  });

  test("is refused for a taken address, a weak password, and attributes that people may not write", async () => {
    await signUp(email);
    const refusals = [
      await refusal(signUp(email)),
      await refusal(signUp(`other.${email}`, {}, "weak")),
      await refusal(signUp(`other.${email}`, { email_verified: "true" })),
      await refusal(
        embedded.cognito.send(new SignUpCommand({ ClientId: site.id, Username: email, Password: password })),
      ),
      await refusal(
        embedded.cognito.send(
          new SignUpCommand({
            ClientId: site.id,
            Username: email,
            Password: password,
            SecretHash: secretHash(email, site),
          }),
        ),
      ),
    ];
    expect(refusals).toEqual([
      ["UsernameExistsException", "User account already exists"],
      ["InvalidPasswordException", "Password did not conform with policy: Password not long enough"],
      ["NotAuthorizedException", "A client attempted to write unauthorized attribute"],
      ["NotAuthorizedException", `Client ${site.id} is configured with secret but SECRET_HASH was not received`],
      ["UsernameExistsException", "User account already exists"],
    ]);
  });

  test("of nobody is answered as if there were somebody", async () => {
    const nobody = `nobody.${email}`;
    const resent = await embedded.cognito.send(
      new ResendConfirmationCodeCommand({ ClientId: web.id, Username: nobody }),
    );
    expect(resent.CodeDeliveryDetails?.Destination).toBe("n***@e***");
    expect((await forgot(nobody)).CodeDeliveryDetails?.Destination).toBe("n***@e***");
    expect(await refusal(confirm(nobody, "123456"))).toEqual(expired);
    expect(await refusal(reset(nobody, "123456", password))).toEqual(expired);
    expect(embedded.pool.verification.outbox.some(({ to }) => to === nobody)).toBe(false);
  });
});

describe("a forgotten password", () => {
  test("is replaced by a code that is good once, for an hour", async () => {
    await createPerson(embedded, email, { email_verified: "true" });
    await forgot(email);
    const code = lastMessage()?.code ?? "";
    expect(await refusal(reset(email, wrong(code), "Another-Horse-7"))).toEqual(mismatch);
    expect(await refusal(reset(email, code, "weak"))).toEqual([
      "InvalidPasswordException",
      "Password did not conform with policy: Password not long enough",
    ]);
    await reset(email, code, "Another-Horse-7");
    expect(await refusal(signIn(embedded, email))).toEqual([
      "NotAuthorizedException",
      "Incorrect username or password.",
    ]);
    expect(await refusal(reset(email, code, password))).toEqual(expired);
    await forgot(email);
    clock.ms += 3_600_000;
    expect(await refusal(reset(email, lastMessage()?.code ?? "", password))).toEqual(expired);
  });

  test("is refused without a verified address, to the disabled, and before the first sign-in", async () => {
    await createPerson(embedded, email);
    expect(await refusal(forgot(email))).toEqual([
      "InvalidParameterException",
      "Cannot reset password for the user as there is no registered/verified email or phone_number",
    ]);
    embedded.pool.directory.setEnabled(email, false);
    expect(await refusal(forgot(email))).toEqual(["NotAuthorizedException", "User is disabled."]);
    const invited = `invited.${email}`;
    await embedded.cognito.send(new AdminCreateUserCommand({ UserPoolId: poolId, Username: invited }));
    expect(await refusal(forgot(invited))).toEqual([
      "NotAuthorizedException",
      "User password cannot be reset in the current state.",
    ]);
  });
});

test("a changed address or number is verified by the code that was sent there", async () => {
  await createPerson(embedded, email, { email_verified: "true" });
  const { AccessToken } = await signIn(embedded, email);
  const UserAttributes = [
    { Name: "email", Value: `new.${email}` },
    { Name: "phone_number", Value: "+4930555017" },
  ];
  const { CodeDeliveryDetailsList } = await embedded.cognito.send(
    new UpdateUserAttributesCommand({ AccessToken, UserAttributes }),
  );
  expect(CodeDeliveryDetailsList).toEqual([
    { AttributeName: "email", DeliveryMedium: "EMAIL", Destination: "n***@e***" },
    { AttributeName: "phone_number", DeliveryMedium: "SMS", Destination: "+*******5017" },
  ]);
  const [toEmail, toPhone] = embedded.pool.verification.outbox.slice(-2);
  const verify = (AttributeName: string, Code = "") =>
    embedded.cognito.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName, Code }));
  expect(await refusal(verify("email", wrong(toEmail?.code)))).toEqual(mismatch);
  expect(await refusal(verify("given_name", toEmail?.code))).toEqual([
    "InvalidParameterException",
    "Only email and phone_number can be verified",
  ]);
  await verify("email", toEmail?.code);
  await verify("phone_number", toPhone?.code);
  const profile = await embedded.cognito.send(new GetUserCommand({ AccessToken }));
  for (const Name of ["email_verified", "phone_number_verified"]) {
    expect(profile.UserAttributes).toContainEqual({ Name, Value: "true" });
  }
});
