import { expect, test } from "vitest";
import { refusalFor } from "../../cognito/lambda-refusal.ts";

test("a trigger that throws shows people its text, with a full stop of Cognito's", () => {
  expect(refusalFor({ kind: "threw", text: "This account is not set up" })).toStrictEqual({
    error: "UserLambdaValidationException",
    message: "PreTokenGeneration failed with error This account is not set up.",
    reason: "the trigger threw",
  });
});

test("a trigger that is late, and one that may not be invoked, fail with texts of Cognito's own", () => {
  expect(refusalFor({ kind: "late" })).toStrictEqual({
    error: "UnexpectedLambdaException",
    message: "PreTokenGeneration invocation failed due to error Socket timeout while invoking Lambda function.",
    reason: "the trigger did not answer within 5 seconds",
  });
  expect(refusalFor({ kind: "forbidden" })).toStrictEqual({
    error: "UnexpectedLambdaException",
    message: "PreTokenGeneration invocation failed due to error AccessDeniedException.",
    reason: "Cognito may not invoke the function, or there is none",
  });
});
