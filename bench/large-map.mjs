// Claim maps of any size: profiles of up to twenty claims, each over a table of its own, half of them open by value, by
// condition or by expression, half of them sealed. A map's file has 256 KiB at most: it is written short.

const PER_PROFILE = 20;

export function mapOf(claims) {
  const profiles = Array.from({ length: Math.ceil(claims / PER_PROFILE) }, (_, index) => ({
    name: `p${index}`,
    count: Math.min(PER_PROFILE, claims - index * PER_PROFILE),
  }));
  return [
    "version: 1",
    "name: large",
    'revision: "1"',
    "pool: { events: V3, usernames: opaque }",
    "sources:",
    ...profiles.flatMap(sourceOf),
    "resourceServers:",
    "  api:",
    "    identifier: api",
    "    scopes: [read]",
    '    seal: { key: "${env:KEY_ARN}", region: eu-central-1, mode: envelope }',
    '    readers: ["arn:aws:iam::111122223333:role/api"]',
    "profiles:",
    ...profiles.flatMap(profileOf),
    "limits: { accessToken: 8000, idToken: 3000, onOversize: deny }",
    "",
  ]
    .map((line) => line.replace(/^ +/, (indent) => " ".repeat(indent.length / 2)))
    .join("\n");
}

function sourceOf({ name, count }) {
  return [
    `  ${name}:`,
    `    dynamodb: { table: "\${env:TABLE}", region: eu-central-1, key: { pk: "${name.toUpperCase()}#{user.sub}" } }`,
    "    trust: operator",
    "    onMissing: deny",
    "    onError: deny",
    "    attributes:",
    ...each(count, (index) =>
      isOpen(index)
        ? `      a${index}: { type: int, class: open }`
        : `      a${index}: { type: string, class: pii, maxLength: 24, purpose: m }`,
    ),
  ];
}

function profileOf({ name, count }) {
  return [
    `  ${name}:`,
    `    match: { grants: [user], clients: [client${name}] }`,
    "    idToken: { keep: [] }",
    "    groups: strip",
    "    selfServiceScopes: strip",
    "    claims:",
    ...each(count, (index) => {
      const value = `${name}.a${index}`;
      if (!isOpen(index)) return `      c${index}: { value: ${value}, sealFor: [api], effect: informs }`;
      const said = [
        `value: ${value}`,
        `value: ${value}, when: '${value} > 3 || ${value} == 1'`,
        `value: '${value} * 2 + 1'`,
      ];
      return `      c${index}: { ${said[(index / 2) % said.length]}, to: [access], effect: informs }`;
    }),
    "    scopes:",
    "      - { add: [api/read] }",
  ];
}

function each(count, line) {
  return Array.from({ length: count }, (_, index) => line(index));
}

function isOpen(index) {
  return index % 2 === 0;
}
