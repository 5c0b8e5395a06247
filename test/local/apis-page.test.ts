import assert from "node:assert/strict";
import * as fs from "node:fs";
import { ServiceModel } from "../../local/api";
import { apisOf, type ApiServices } from "../../local/apis";
import { FILE, page } from "../../local/apis-page";

describe("docs/aws-apis.md", () => {
  it("is what the tables of operations say", () => {
    assert.equal(fs.readFileSync(FILE, "utf8"), page(), "run: node --require ./register.cjs local/apis-page.ts");
  });

  for (const { service, operations } of apisOf({} as ApiServices))
    it(`the rows of ${service} are operations of AWS, and name members of their inputs`, () => {
      const model = ServiceModel.of(service);
      for (const [name, row] of Object.entries(operations)) {
        const known = model.operations.get(name);
        assert.ok(known !== undefined, `${name} is no operation of ${service}`);
        const members = known.input.isStructSchema() ? Object.keys(known.input.getMemberSchemas()) : [];
        for (const member of [...row.takes, ...Object.keys(row.ignores ?? {})])
          assert.ok(members.includes(member), `${name} has no member ${String(member)}`);
      }
    });
});
