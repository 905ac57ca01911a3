/** How Cognito refuses a sign-in because of its trigger. */
export type LambdaRefusal = {
  /** The exception of the user pools API. */
  readonly error: "InvalidLambdaResponseException" | "UserLambdaValidationException" | "UnexpectedLambdaException";
  /** The text that Cognito sends. */
  readonly message: string;
  /** What was wrong, which Cognito does not tell. */
  readonly reason: string;
};

/** What can keep a trigger from answering at all. `text` is the message of what it threw. */
export type TriggerFailure =
  | { readonly kind: "threw"; readonly text: string }
  | { readonly kind: "late" }
  | { readonly kind: "forbidden" };

/** An answer Cognito cannot use; it says no more than that. */
export function unrecognizable(reason: string): LambdaRefusal {
  return { error: "InvalidLambdaResponseException", message: "Unrecognizable lambda output", reason };
}

/**
 * The refusal that follows when the trigger throws, takes longer than 5 seconds, or may not be invoked. Cognito adds
 * the full stop. Assumed: failure-texts.
 *
 * Source: Amazon Cognito developer guide, "Customizing user pool workflows with Lambda triggers".
 */
export function refusalFor(failure: TriggerFailure): LambdaRefusal {
  const invocation = "PreTokenGeneration invocation failed due to error";
  switch (failure.kind) {
    case "threw":
      return {
        error: "UserLambdaValidationException",
        message: `PreTokenGeneration failed with error ${failure.text}.`,
        reason: "the trigger threw",
      };
    case "late":
      return {
        error: "UnexpectedLambdaException",
        message: `${invocation} Socket timeout while invoking Lambda function.`,
        reason: "the trigger did not answer within 5 seconds",
      };
    case "forbidden":
      return {
        error: "UnexpectedLambdaException",
        message: `${invocation} AccessDeniedException.`,
        reason: "Cognito may not invoke the function, or there is none",
      };
  }
}
