/** A project to begin with. It is made from a map of `mappings/`, its tests, its rows and its people. */
export type Template = {
  /** The map it is made from, by its name. */
  readonly mapping: string;
  /** What it is about, in a sentence. */
  readonly about: string;
  /** What `osls package` asks a shell for: the ids of clients and what is in other regions, as they are before both exist. */
  readonly variables: string;
  /** Whether code of the owner's stands beside the map. */
  readonly hasHooks: boolean;
};

/** Every template by its name, which its map gets too. */
export const TEMPLATES: Readonly<Record<string, Template>> = {
  "b2b-saas": {
    mapping: "b2b-saas",
    about: "A product sold to companies: people choose one of theirs, and have the roles they have there.",
    variables: "WEB_CLIENT=none MOBILE_CLIENT=none_either",
    hasHooks: false,
  },
  clinic: {
    mapping: "clinic-eu",
    about: "Personal data for two APIs in two regions, each opening its own; people, and a laboratory's machine.",
    variables:
      "CLINIC_WEB_CLIENT=none LAB_CLIENT=none_either BILLING_KEY_ARN=arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    hasHooks: false,
  },
  m2m: {
    mapping: "platform-m2m",
    about: "Machines only: services call each other by grants that end, and one source is code of your own.",
    variables: "IMPORTER_CLIENT=none REPORTER_CLIENT=none_either",
    hasHooks: true,
  },
};

export const TEMPLATE_NAMES: readonly string[] = Object.keys(TEMPLATES);
