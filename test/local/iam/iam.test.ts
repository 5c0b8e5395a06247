import assert from "node:assert/strict";
import fc from "fast-check";
import { UNEXERCISED, Iam, type Call } from "../../../local/iam";
import { LOCAL_ADMIN_ARN } from "../../../local/core/principals";
import { ACCOUNT, TYPES, type Properties, type Resource } from "../../../local/core/model";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/rule`;
const STREAM = `arn:aws:kinesis:eu-central-1:${ACCOUNT}:stream/in`;
const OBJECT = "arn:aws:s3:::store/data/x";

function resource(type: string, inputs: Properties, outputs: Properties = {}): Resource {
  return { urn: `urn:${type}`, type, name: "x", custom: true, id: "x", dependencies: [], inputs, outputs };
}

const document = (statements: Properties[]): string => JSON.stringify({ Version: "2012-10-17", Statement: statements });

interface Policies {
  identity?: Properties[];
  trust?: Properties[];
  bucket?: Properties[];
}

function iam({ identity = [], trust = [], bucket = [] }: Policies): Iam {
  return new Iam(
    [
      resource(TYPES.role, { name: "rule", assumeRolePolicy: document(trust) }, { arn: ROLE }),
      resource(TYPES.rolePolicy, { name: "put", role: "rule", policy: document(identity) }),
      resource(TYPES.bucketPolicy, { bucket: "store", policy: document(bucket) }),
    ],
    ACCOUNT,
  );
}

const put: Call = { principal: ROLE, action: "kinesis:PutRecord", resource: STREAM };
const store: Call = { principal: ROLE, action: "s3:PutObject", resource: OBJECT };
const allowPut = { Sid: "Put", Effect: "Allow", Action: ["kinesis:PutRecord", "kinesis:PutRecords"], Resource: STREAM };

describe("Iam", () => {
  it("allows what a statement of the role allows, and says which", () => {
    assert.deepEqual(iam({ identity: [allowPut] }).check(put), {
      allowed: true,
      decidedBy: "statement 'Put' of policy put",
    });
  });

  it("refuses everything else, and says what came near", () => {
    const refusal = (identity: Properties[], call: Call = put): string => {
      const { allowed, decidedBy } = iam({ identity }).check(call);
      assert.equal(allowed, false);
      return decidedBy;
    };
    assert.equal(refusal([]), "no statement of role rule allows it");
    assert.equal(
      refusal([{ ...allowPut, Resource: `${STREAM}2` }]),
      "no statement of role rule allows it; statement 'Put' of policy put allows the action on other resources",
    );
    assert.equal(
      refusal([{ ...allowPut, Condition: { StringEquals: { "aws:SourceAccount": "1" } } }]),
      "no statement of role rule allows it; the condition of statement 'Put' of policy put does not hold",
    );
    assert.equal(refusal([], { ...put, principal: `${ROLE}2` }), `the program declares no role ${ROLE}2`);
  });

  it("lets a star at the end of a segment stand for the segments that follow", () => {
    for (const pattern of ["arn:aws:kinesis:*", "arn:aws:kinesis:eu-central-1:*", "arn:aws:kinesis:*:stream/in"])
      assert.equal(iam({ identity: [{ ...allowPut, Resource: pattern }] }).check(put).allowed, true, pattern);
    const elsewhere = iam({ identity: [{ ...allowPut, Resource: "arn:aws:kinesis:eu-west-1:*" }] });
    assert.equal(elsewhere.check(put).allowed, false);
  });

  it("lets an explicit Deny win, of the role or of the bucket", () => {
    const deny = { Effect: "Deny", Action: "*", Resource: "*" };
    assert.deepEqual(iam({ identity: [allowPut, deny] }).check(put), {
      allowed: false,
      decidedBy: "Deny in statement 2 of policy put",
    });
    const policies: Policies = {
      identity: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
      bucket: [
        {
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: ["arn:aws:s3:::store", "arn:aws:s3:::store/*"],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    };
    const subject = iam(policies);
    assert.ok(subject.check(store).allowed, "what is local is as good as TLS");
    for (const [secure, allowed] of [
      ["true", true],
      ["false", false],
      ["true", true],
    ] as const)
      assert.equal(subject.check({ ...store, context: { "aws:SecureTransport": secure } }).allowed, allowed);
    assert.deepEqual(iam(policies).check({ ...store, context: { "aws:SecureTransport": "false" } }), {
      allowed: false,
      decidedBy: "Deny in statement 'TlsOnly' of the bucket policy of store",
    });
    assert.ok(
      iam(policies).check({ ...store, resource: "arn:aws:s3:::other/x", context: { "aws:SecureTransport": "false" } })
        .allowed,
    );
  });

  it("takes an Allow of the bucket's policy for the role, but not one for the account", () => {
    const bucket = (AWS: string): Properties[] => [
      { Effect: "Allow", Principal: { AWS }, Action: "s3:PutObject", Resource: "arn:aws:s3:::store/*" },
    ];
    assert.ok(iam({ bucket: bucket(ROLE) }).check(store).allowed);
    assert.ok(!iam({ bucket: bucket(`arn:aws:iam::${ACCOUNT}:root`) }).check(store).allowed);
    assert.ok(!iam({ bucket: bucket(`${ROLE}2`) }).check(store).allowed);
    const denied = iam({
      identity: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
      bucket: [{ ...bucket(`arn:aws:iam::${ACCOUNT}:root`)[0]!, Effect: "Deny" }],
    });
    assert.ok(!denied.check(store).allowed, "a Deny for the account is for everyone in it");
  });

  it("lets you do everything that no bucket denies", () => {
    assert.ok(iam({}).check({ ...put, principal: LOCAL_ADMIN_ARN }).allowed);
    const bucket = [{ Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: "arn:aws:s3:::store/*" }];
    assert.ok(!iam({ bucket }).check({ ...store, principal: LOCAL_ADMIN_ARN }).allowed);
  });

  it("executes NotAction and NotResource", () => {
    const identity = [{ Effect: "Allow", NotAction: "s3:*", NotResource: "arn:aws:glue:*:*:*" }];
    assert.ok(iam({ identity }).check(put).allowed);
    assert.ok(!iam({ identity }).check(store).allowed);
    assert.ok(!iam({ identity }).check({ ...put, resource: `arn:aws:glue:eu:${ACCOUNT}:catalog` }).allowed);
  });

  it("decides by the trust policy whether a service may take on a role", () => {
    const trust = [
      {
        Effect: "Allow",
        Principal: { Service: "firehose.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "sts:ExternalId": ACCOUNT } },
      },
    ];
    const subject = iam({ trust });
    const assume = (service: string, id: string): string =>
      subject.assume(service, ROLE, { "sts:ExternalId": id }).decidedBy;
    assert.equal(assume("firehose.amazonaws.com", ACCOUNT), "statement 1 of the trust policy of role rule");
    assert.equal(
      assume("firehose.amazonaws.com", "1"),
      "the condition of statement 1 of the trust policy of role rule does not hold",
    );
    assert.equal(assume("iot.amazonaws.com", ACCOUNT), "the trust policy of role rule does not name iot.amazonaws.com");
    assert.deepEqual(
      subject.refused().map(({ principal, action, resource, count }) => [principal, action, resource, count]),
      [
        ["firehose.amazonaws.com", "sts:AssumeRole", ROLE, 1],
        ["iot.amazonaws.com", "sts:AssumeRole", ROLE, 1],
      ],
    );
    assert.ok(subject.known(ROLE));
    assert.ok(!subject.known(`${ROLE}2`));
  });

  it("lists each refused call once with its count", () => {
    const subject = iam({});
    for (let i = 0; i < 3; i++) subject.check(put);
    subject.check({ ...put, context: { "aws:SourceAccount": "1" } });
    subject.check(store);
    assert.deepEqual(subject.refused(), [
      { ...put, decidedBy: "no statement of role rule allows it", count: 4 },
      { ...store, decidedBy: "no statement of role rule allows it", count: 1 },
    ]);
  });

  it("keeps the list short when every object has a name of its own", () => {
    const subject = iam({});
    for (let i = 0; i < 3000; i++) subject.check({ ...store, resource: `${OBJECT}${i}` });
    const refused = subject.refused();
    assert.ok(refused.length <= 1001, String(refused.length));
    assert.equal(
      refused.reduce((sum, { count }) => sum + count, 0),
      3000,
    );
  });

  it("lists grants that no call made use of", () => {
    const subject = iam({
      identity: [
        allowPut,
        { Effect: "Allow", Action: "s3:*", Resource: ["arn:aws:s3:::store/*", "arn:aws:s3:::other/*"] },
      ],
    });
    subject.check(put);
    subject.check(store);
    subject.check({ ...store, action: "kms:Decrypt" });
    assert.deepEqual(subject.unused(), [
      { role: "rule", statement: "Put", action: "kinesis:PutRecords", resource: STREAM },
      { role: "rule", statement: "2", action: "s3:*", resource: "arn:aws:s3:::other/*" },
    ]);
  });

  it("tells permissions that AWS requires from those that nobody needs, until a call uses them", () => {
    const object = "arn:aws:s3:::store/errors/object";
    const allow = (...Action: string[]): Properties => ({ Effect: "Allow", Action, Resource: "arn:aws:s3:::store/*" });
    const subject = iam({ identity: [allow("s3:PutObject", "s3:DeleteObject")] });
    subject.requirePermissions({ principal: ROLE, resource: object }, UNEXERCISED.writeErrors);
    assert.deepEqual(subject.refused(), []);
    const listed = { role: "rule", statement: "1", resource: "arn:aws:s3:::store/*" };
    assert.deepEqual(subject.unused(), [{ ...listed, action: "s3:DeleteObject" }]);
    const { call, why } = UNEXERCISED.writeErrors;
    assert.deepEqual(subject.serviceRequired(), [{ ...listed, action: "s3:PutObject", page: call.source, why }]);
    subject.check({ principal: ROLE, action: "s3:PutObject", resource: object });
    assert.deepEqual(subject.serviceRequired(), []);
  });

  it("reports a required permission that a role lacks as a refused call", () => {
    const subject = iam({
      identity: [{ Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::store/a/*" }],
    });
    subject.requirePermissions({ principal: ROLE, resource: "arn:aws:s3:::store/b/object" }, UNEXERCISED.writeErrors);
    const [refusal] = subject.refused();
    assert.equal(refusal!.count, 1);
    assert.match(
      refusal!.decidedBy,
      /statement 1 of policy put allows the action on other resources; AWS requires it: https:/,
    );
  });

  const names = fc.constantFrom("a", "b", "a*", "*", "?", "ab");
  const statements = fc.array(
    fc.record({
      Effect: fc.constantFrom("Allow", "Deny"),
      Action: fc.array(
        names.map((name) => `kinesis:${name}`),
        { minLength: 1, maxLength: 2 },
      ),
      Resource: fc.array(
        names.map((name) => `arn:aws:kinesis:eu:${ACCOUNT}:stream/${name}`),
        { minLength: 1, maxLength: 2 },
      ),
    }),
    { maxLength: 4 },
  );
  const calls = fc.record({
    principal: fc.constant(ROLE),
    action: fc.constantFrom("kinesis:a", "kinesis:ab", "kinesis:b"),
    resource: fc.constantFrom("a", "b", "ab").map((name) => `arn:aws:kinesis:eu:${ACCOUNT}:stream/${name}`),
  });
  const matches = (pattern: string, text: string): boolean =>
    new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".").replaceAll("/", "\\/")}$`).test(text);

  it("decides as the rule says: some Allow and no Deny", () => {
    fc.assert(
      fc.property(statements, calls, (identity, call) => {
        const fitting = identity.filter(
          ({ Action, Resource }) =>
            Action.some((action) => matches(action, call.action)) &&
            Resource.some((arn) => matches(arn, call.resource)),
        );
        const expected = fitting.length > 0 && fitting.every(({ Effect }) => Effect === "Allow");
        assert.equal(iam({ identity }).check(call).allowed, expected);
      }),
      { numRuns: 300 },
    );
  });

  it("gives the same answer the second time, and another Deny never allows more", () => {
    fc.assert(
      fc.property(statements, fc.array(calls, { maxLength: 5 }), calls, (identity, before, call) => {
        const subject = iam({ identity });
        before.forEach((other) => subject.check(other));
        const { allowed } = subject.check(call);
        assert.equal(subject.check({ ...call }).allowed, allowed);
        assert.equal(iam({ identity }).check(call).allowed, allowed);
        const deny = { Effect: "Deny", Action: call.action, Resource: "*" };
        assert.equal(iam({ identity: [...identity, deny] }).check(call).allowed, false);
      }),
      { numRuns: 200 },
    );
  });

  it("what is unused and what is refused come from calls alone", () => {
    fc.assert(
      fc.property(statements, fc.array(calls, { maxLength: 6 }), (identity, made) => {
        const subject = iam({ identity });
        const refusals = made.filter((call) => !subject.check(call).allowed).length;
        assert.equal(
          subject.refused().reduce((sum, { count }) => sum + count, 0),
          refusals,
        );
        const grants = iam({ identity }).unused().length;
        if (refusals === made.length) assert.equal(subject.unused().length, grants);
        else assert.ok(subject.unused().length < grants);
      }),
      { numRuns: 200 },
    );
  });
});
