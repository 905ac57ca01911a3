// biome-ignore-all lint/suspicious/noConsole: this is what it did
// The trigger that moved-trigger.claims.yaml replaces: written by hand in an afternoon, and grown since.
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";

const dynamodb = new DynamoDBClient({});

export const handler = async (event) => {
  console.log(JSON.stringify(event)); // everybody's profile, in CloudWatch
  try {
    const { Item } = await dynamodb.send(
      new GetItemCommand({
        TableName: process.env.ACCOUNT_TABLE,
        Key: { id: { S: event.request.userAttributes.sub } },
      }),
    );
    const account = Item ? unmarshall(Item) : {};
    const claims = {
      tenant: account.tenant ?? event.request.userAttributes["custom:tenant"], // which the person may have written
      plan: account.plan ?? "free",
      email: event.request.userAttributes.email, // for the mailer, in every API's log
    };
    if (event.callerContext.clientId === process.env.ADMIN_CLIENT) {
      claims.staff_id = account.staffId;
      claims.can_impersonate = !account.restricted; // true as well where nobody ever said
    }
    event.response = {
      claimsAndScopeOverrideDetails: {
        accessTokenGeneration: {
          claimsToAddOrOverride: claims,
          scopesToAdd: event.callerContext.clientId === process.env.ADMIN_CLIENT ? ["backoffice/admin"] : [],
        },
        idTokenGeneration: { claimsToAddOrOverride: { tenant: claims.tenant, plan: claims.plan } },
      },
    };
  } catch (error) {
    console.error(error); // and the token goes out as if nothing had been decided
  }
  return event;
};
