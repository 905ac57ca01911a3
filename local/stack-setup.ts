/** Who and what there is besides the map when it runs on a laptop: `NAME.dev.json`. */
export type StackSetup = {
  /** The pool's and the function's region. */
  readonly region: string;
  /** Values for the map's `${env:NAME}`, but for keys. */
  readonly environment: { readonly [name: string]: string };
  /** Variables that name a KMS key, and the region the key is made in. */
  readonly keys: { readonly [name: string]: string };
  readonly clients: readonly SetupClient[];
  readonly people: readonly SetupPerson[];
};

export type SetupClient = {
  readonly id: string;
  readonly name: string;
  readonly grants: readonly ("user" | "client_credentials")[];
  /** Scopes a machine may ask for, or an application at the sign-in page. */
  readonly scopes: readonly string[];
  /** Where the sign-in page may send people back to; without any, a client has no sign-in page. */
  readonly callbackUrls?: readonly string[];
  readonly logoutUrls?: readonly string[];
};

export type SetupPerson = {
  /** A client by its name. */
  readonly client: string;
  /** With `sub` and `email`; people of the embedded pool sign in by email. */
  readonly attributes: { readonly [name: string]: string };
  readonly groups: readonly string[];
  /** What the person's app sends along with a refresh: at a sign-in by password, Cognito hands none of it over. */
  readonly metadata?: { readonly [name: string]: string };
};

/**
 * Reads a setup that came from a file.
 *
 * @throws {TypeError} naming the first part that is not as it must be.
 */
export function readSetup(read: unknown): StackSetup {
  const setup = record(read, "the setup");
  const clients = list(setup["clients"], "clients").map((each, index): SetupClient => {
    const client = record(each, `clients[${index}]`);
    return {
      id: text(client["id"], `clients[${index}].id`),
      name: text(client["name"], `clients[${index}].name`),
      grants: texts(client["grants"], `clients[${index}].grants`).map((grant) => {
        if (grant === "user" || grant === "client_credentials") return grant;
        throw new TypeError(`clients[${index}].grants: expected user or client_credentials`);
      }),
      scopes: texts(client["scopes"], `clients[${index}].scopes`),
      callbackUrls: texts(client["callbackUrls"] ?? [], `clients[${index}].callbackUrls`),
      logoutUrls: texts(client["logoutUrls"] ?? [], `clients[${index}].logoutUrls`),
    };
  });
  const people = list(setup["people"], "people").map((each, index): SetupPerson => {
    const person = record(each, `people[${index}]`);
    const attributes = textRecord(person["attributes"], `people[${index}].attributes`);
    for (const name of ["sub", "email"]) text(attributes[name], `people[${index}].attributes.${name}`);
    const client = text(person["client"], `people[${index}].client`);
    if (!clients.some(({ name }) => name === client)) throw new TypeError(`people[${index}].client: no such client`);
    const metadata = person["metadata"];
    return {
      client,
      attributes,
      groups: texts(person["groups"], `people[${index}].groups`),
      ...(metadata !== undefined && { metadata: textRecord(metadata, `people[${index}].metadata`) }),
    };
  });
  return {
    region: text(setup["region"], "region"),
    environment: textRecord(setup["environment"], "environment"),
    keys: textRecord(setup["keys"], "keys"),
    clients,
    people,
  };
}

function record(value: unknown, place: string): { readonly [name: string]: unknown } {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new TypeError(`${place}: expected an object`);
}

function list(value: unknown, place: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new TypeError(`${place}: expected a list`);
}

function text(value: unknown, place: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new TypeError(`${place}: expected a text`);
}

function texts(value: unknown, place: string): readonly string[] {
  return list(value, place).map((each, index) => text(each, `${place}[${index}]`));
}

function textRecord(value: unknown, place: string): { readonly [name: string]: string } {
  const entries = Object.entries(record(value, place));
  return Object.fromEntries(entries.map(([name, each]) => [name, text(each, `${place}.${name}`)]));
}
