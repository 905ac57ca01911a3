import type { RowResult } from "../../claims/facts.ts";
import type { House } from "../../triggers/pre-token-generation.ts";

/** A way in which sign-ins could meet, the house in which they do, and a line of what must then be found. */
export type SpoiledHouse = {
  readonly where: string;
  readonly spoil: (house: House) => House;
  readonly finds: RegExp;
};

export const SPOILED_HOUSES: readonly SpoiledHouse[] = [
  {
    where: "rows that are kept are found by their source alone",
    spoil: (house) => {
      const last = new Map<string, RowResult>();
      return {
        ...house,
        staleRows: {
          behind: (load) => async (requests, signal) => {
            const results = await load(requests, signal);
            return requests.map(({ source }, at) => {
              const result = results[at] ?? { state: "failed" };
              if (result.state !== "failed") last.set(source, result);
              return last.get(source) ?? result;
            });
          },
        },
      };
    },
    finds: /holds a value of person/,
  },
  {
    where: "answers are taken in the order in which they come",
    spoil: (house) => {
      const came = new Map<string, RowResult[]>();
      return {
        ...house,
        loadAttributes: async (requests, signal) => {
          const results = await house.loadAttributes(requests, signal);
          for (const [at, { source }] of requests.entries()) {
            came.set(source, [...(came.get(source) ?? []), results[at] ?? { state: "failed" }]);
          }
          await new Promise(setImmediate);
          return requests.map(({ source }) => came.get(source)?.pop() ?? { state: "failed" });
        },
      };
    },
    finds: /holds a value of person/,
  },
  {
    where: "a pseudonym is made once for each attribute",
    spoil: (house) => {
      const made = new Map<string, string>();
      return {
        ...house,
        loadPseudonyms: async (...asked) => {
          const pseudonymize = await house.loadPseudonyms(...asked);
          return (audience, attribute, value) => {
            const name = JSON.stringify([audience, attribute]);
            const known = made.get(name) ?? pseudonymize?.(audience, attribute, value) ?? "";
            made.set(name, known);
            return known;
          };
        },
      };
    },
    finds: /staff_ref is not as it is in calm/,
  },
  {
    where: "what KMS encrypts is handed to whoever asks next",
    spoil: (house) => {
      let last: Uint8Array | undefined;
      return {
        ...house,
        encrypt: async (...asked) => {
          const handed = last;
          last = await house.encrypt(...asked);
          return handed ?? last;
        },
      };
    },
    finds: /an end that is no refusal/,
  },
  {
    where: "a chained function is asked once, for everybody",
    spoil: (house) => {
      let answer: Promise<unknown> | undefined;
      return {
        ...house,
        invokeFunction: (...asked) => {
          answer ??= house.invokeFunction?.(...asked) ?? Promise.reject(new Error("there is one"));
          return answer;
        },
      };
    },
    finds: /holds a value of person/,
  },
];
