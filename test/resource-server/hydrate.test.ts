import { expect, test } from "vitest";
import { accessToken, jwk, poolKey, service } from "./service.ts";

test("hydrating fetches the signing keys ahead of the first token", async () => {
  const uris: string[] = [];
  const poolIds = ["eu-central-1_AbCdEfGhI", "us-east-1_ZyXwVuTsR"];
  const { opener } = service({
    userPoolId: poolIds,
    jwks: {
      fetch: async (uri) => {
        uris.push(uri);
        return { keys: [{ kty: "RSA", kid: "x" }] };
      },
    },
  });
  await opener.hydrate();
  expect(uris).toEqual([
    "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI/.well-known/jwks.json",
    "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_ZyXwVuTsR/.well-known/jwks.json",
  ]);
});

test("hydrating in an outage says so, and the opener works once it is over", async () => {
  let up = false;
  const { opener, envelope } = service({
    jwks: {
      fetch: async () => {
        if (!up) throw new Error("out of reach");
        return { keys: [jwk(poolKey)] };
      },
    },
  });
  await expect(opener.hydrate()).rejects.toMatchObject({ code: "KEY_UNAVAILABLE", status: 503 });
  up = true;
  await expect(opener.open(accessToken({ sealed_care_api: envelope() }))).resolves.toHaveProperty("sealed");
});

test("hydrating again and again is no more than fetching now and then", async () => {
  let fetches = 0;
  const { opener } = service({
    jwks: {
      fetch: async () => {
        fetches += 1;
        return { keys: [jwk(poolKey)] };
      },
    },
  });
  for (let times = 0; times < 20; times += 1) await opener.hydrate();
  expect(fetches).toBe(2);
});
