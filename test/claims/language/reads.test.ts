import { describe, expect, test } from "vitest";
import { compile, reads } from "./a-language.ts";

describe("a read", () => {
  test.for<[source: string, ...reads: string[]]>([
    ["domain(user.email)", "user.email through domain"],
    ["domain(user.email).upperAscii()", "user.email through domain, upperAscii"],
    ["domain(user.email) + user.email", "user.email through domain", "user.email"],
    [
      "last(staff.profession + string(staff.level), 4)",
      "staff.profession through last",
      "staff.level through string, last",
    ],
    ["staff.wards.join(staff.profession)", "staff.wards through join", "staff.profession through join"],
    ["matches(user.email, '@example')", "user.email through matches"],
    ["pseudonym(user.email)", "user.email through pseudonym"],
    ["json(staff.suspended ? user.email : '')", "staff.suspended through json", "user.email through json"],
    ["staff.wards.exists(w, w == user.email)", "staff.wards", "user.email"],
    ["size(staff.wards.filter(w, w == user.email))", "staff.wards through size", "user.email through size"],
    ["staff.wards.map(w, domain(w))", "staff.wards"],
    ["memberships.exists(m, domain(m.email) == 'a')", "memberships", "memberships.email through domain"],
    ["cel.bind(e, user.email, domain(e))", "user.email"],
    ["cel.bind(e, domain(user.email), e + e)", "user.email through domain"],
    ["has(user.email)", "user.email"],
    ["memberships.size()", "memberships through size"],
  ])("in `%s` says which functions it stands in, the innermost first", ([source, ...expected]) => {
    expect(reads(source)).toEqual(expected);
  });

  test.for<[source: string, ...reads: string[]]>([
    ["{'a': 'x', 'b': 'y'}[staff.profession]", "staff.profession through map"],
    ["{'a': 'x'}[staff.profession.trim()].upperAscii()", "staff.profession through trim, map, upperAscii"],
    ["{'a': 'x'}[?staff.profession].orValue(user.email)", "staff.profession through map", "user.email"],
    ["staff.profession in {'a': 1}", "staff.profession through map"],
    ["staff.profession in {'a': staff.level}", "staff.profession through map", "staff.level"],
    ["{'a': user.email}[staff.profession]", "user.email", "staff.profession through map"],
    ["def.levels[staff.profession]", "staff.profession through map"],
    ["{user.email: 'x'}[staff.profession]", "user.email", "staff.profession"],
    ["staff.rota[staff.profession]", "staff.rota", "staff.profession"],
    ["staff.profession in ['a']", "staff.profession"],
    ["staff.profession in staff.rota", "staff.profession", "staff.rota"],
    ["'a' in {'a': 1} && staff.profession == 'a'", "staff.profession"],
  ])("in `%s` passes a map that is written out, and no other", ([source, ...expected]) => {
    expect(reads(source)).toEqual(expected);
  });

  test.for<[source: string, ...reads: string[]]>([
    ["'a' in request.scopes", "request.scopes +"],
    [
      "('a' in request.scopes || staff.suspended) && 'b' in request['scopes']",
      "request.scopes +",
      "staff.suspended",
      "request.scopes +",
    ],
    ["!('a' in request.scopes)", "request.scopes"],
    ["'a' in request.scopes ? true : false", "request.scopes"],
    ["staff.suspended ? 'a' in request.scopes : false", "staff.suspended", "request.scopes"],
    ["('a' in request.scopes) == true", "request.scopes"],
    ["staff.profession in request.scopes", "staff.profession", "request.scopes"],
    ["'a' in request.scopes + ['b']", "request.scopes"],
    ["'a' in distinct(request.scopes)", "request.scopes through distinct"],
    ["request.scopes.exists(s, s == 'a')", "request.scopes"],
    ["cel.bind(s, request.scopes, 'a' in s)", "request.scopes"],
    ["['x'].all(x, 'a' in request.scopes)", "request.scopes"],
    ["request.scopes.size() > 0 && 'a' in staff.wards", "request.scopes through size", "staff.wards"],
  ])("in `%s` can only give more under && and || alone", ([source, ...expected]) => {
    expect(reads(source)).toEqual(expected);
  });
});

describe("a definition", () => {
  test.for<[source: string, ...reads: string[]]>([
    ["def.isNurse", "staff.profession"],
    ["def.firm.upperAscii()", "user.email through domain, upperAscii"],
    ["def.mayWrite", "request.scopes +", "staff.suspended"],
    ["def.mayWrite && def.isNurse", "request.scopes +", "staff.suspended", "staff.profession"],
    ["!def.mayWrite", "request.scopes", "staff.suspended"],
    ["def.mayWrite ? 1 : 2", "request.scopes", "staff.suspended"],
    ["def.mayWrite == true", "request.scopes", "staff.suspended"],
    ["[def.mayWrite]", "request.scopes", "staff.suspended"],
    ["def.home.city", "staff.address"],
  ])("`%s` reads what it stands for, as if it were written there", ([source, ...expected]) => {
    expect(reads(source)).toEqual(expected);
  });

  test("is read where it is named", () => {
    expect(compile("staff.suspended || def.mayWrite").reads.map(({ offset }) => offset)).toEqual([0, 19, 19]);
  });
});
