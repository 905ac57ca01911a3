/** Longest metadata that is searched. Cognito takes less. */
const LONGEST = 1024 * 1024;

/**
 * How an identity provider says it names people, from its SAML metadata: the ends of the formats' URNs, such as
 * `emailAddress` or `persistent`. Empty where it says nothing of it.
 *
 * Source: SAML 2.0 Metadata, section 2.4.2 (`NameIDFormat`), and SAML 2.0 Core, section 8.3.
 */
export function nameIdFormats(metadata: string): readonly string[] {
  const found = [
    ...metadata.slice(0, LONGEST).matchAll(/<(?:[\w-]{1,40}:)?NameIDFormat\b[^>]{0,400}>\s*([^<\s]{1,200})/g),
  ];
  return [...new Set(found.map(([, urn = ""]) => urn.slice(urn.lastIndexOf(":") + 1)))];
}
