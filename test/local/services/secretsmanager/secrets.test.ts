import assert from "node:assert/strict";
import { Iam } from "../../../../local/iam";
import { ACCOUNT, TYPES, type Properties, type Resource } from "../../../../local/core/model";
import { Secrets, SecretsError, type GetSecretValue } from "../../../../local/services/secretsmanager/secrets";
import { secretsWithoutValue } from "../../../../local/services/secretsmanager/missing";
import { localSecretsIn } from "../../../../local/services/secretsmanager/settings";

const REGION = "eu-central-1";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/function`;
const PLAIN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:plant/weather-a1b2c3";
const KEYED = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:db-x9y8z7";
const KEY = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

function resource(type: string, inputs: Properties, outputs: Properties = {}): Resource {
  return { urn: `urn:${type}`, type, name: "x", custom: true, id: "x", dependencies: [], inputs, outputs };
}

function secrets(...statements: Properties[]): Secrets {
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const iam = new Iam(
    [
      resource(TYPES.role, { name: "function", assumeRolePolicy: '{"Statement":[]}' }, { arn: ROLE }),
      resource(TYPES.rolePolicy, { name: "own", role: "function", policy }),
    ],
    ACCOUNT,
  );
  const values = { [PLAIN]: { value: "sunny" }, [KEYED]: { value: '{"user":"x"}', kmsKeyArn: KEY } };
  const named = ["arn:aws:secretsmanager:eu-central-1:123456789012:secret:later-z1z2z3"];
  return new Secrets(values, named, iam, REGION, ACCOUNT, () => 1_700_000_000_000);
}

/** As the component ActivityFunction grants. */
const get = (...Resource: string[]): Properties => ({
  Sid: "GetSecrets",
  Effect: "Allow",
  Action: ["secretsmanager:GetSecretValue"],
  Resource,
});
const decrypt = (secret: string): Properties => ({
  Sid: "DecryptSecrets",
  Effect: "Allow",
  Action: ["kms:Decrypt"],
  Resource: [KEY],
  Condition: {
    StringEquals: { "kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com" },
    StringLike: { "kms:EncryptionContext:SecretARN": [secret] },
  },
});

/** `CODE: message` */
function refusal(store: Secrets, request: GetSecretValue): string {
  try {
    store.getSecretValue(ROLE, request);
  } catch (error) {
    assert.ok(error instanceof SecretsError, String(error));
    return `${error.code}: ${error.message}`;
  }
  throw new Error("it was handed out");
}

describe("Secrets Manager in the local cloud", () => {
  it("hands a secret out by ARN, by ARN without its last characters, and by name", () => {
    for (const SecretId of [PLAIN, PLAIN.slice(0, -7), "plant/weather"]) {
      const { VersionId, ...answer } = secrets(get(PLAIN)).getSecretValue(ROLE, { SecretId });
      assert.match(VersionId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      assert.deepEqual(answer, {
        ARN: PLAIN,
        Name: "plant/weather",
        SecretString: "sunny",
        VersionStages: ["AWSCURRENT"],
        CreatedDate: 1_700_000_000,
      });
    }
    assert.equal(
      secrets(get(`${PLAIN.slice(0, -6)}??????`)).getSecretValue(ROLE, { SecretId: "plant/weather" }).SecretString,
      "sunny",
    );
  });

  it("decides whether the caller may read it", () => {
    assert.match(refusal(secrets(), { SecretId: PLAIN }), /^AccessDeniedException: .*secretsmanager:GetSecretValue/);
    assert.match(refusal(secrets(get(KEYED)), { SecretId: "plant/weather" }), /^AccessDeniedException: /);
    // Whether a secret exists is not said to those who may not read it.
    assert.match(refusal(secrets(get(PLAIN)), { SecretId: "nothing" }), /^AccessDeniedException: /);
    const later = get("arn:aws:secretsmanager:eu-central-1:123456789012:secret:later-z1z2z3");
    assert.match(refusal(secrets(later), { SecretId: "later" }), /^ResourceNotFoundException: .*localSecrets/);
    assert.match(refusal(secrets(get("*")), { SecretId: "nothing" }), /^ResourceNotFoundException: .*localSecrets/);
  });

  it("decides whether the caller may decrypt with a customer's key, through Secrets Manager and for this secret", () => {
    assert.match(refusal(secrets(get(KEYED)), { SecretId: KEYED }), /^AccessDeniedException: .*kms:Decrypt/);
    assert.match(refusal(secrets(get(KEYED), decrypt(PLAIN)), { SecretId: KEYED }), /^AccessDeniedException: .*kms:/);
    const other = decrypt(KEYED);
    other.Condition.StringEquals["kms:ViaService"] = "s3.eu-central-1.amazonaws.com";
    assert.match(refusal(secrets(get(KEYED), other), { SecretId: KEYED }), /^AccessDeniedException: .*kms:/);
    assert.equal(
      secrets(get(KEYED), decrypt(KEYED)).getSecretValue(ROLE, { SecretId: "db" }).SecretString,
      '{"user":"x"}',
    );
  });

  it("has one version of each", () => {
    const store = secrets(get(PLAIN));
    const { VersionId } = store.getSecretValue(ROLE, { SecretId: PLAIN, VersionStage: "AWSCURRENT" });
    assert.equal(store.getSecretValue(ROLE, { SecretId: PLAIN, VersionId }).SecretString, "sunny");
    assert.match(refusal(store, { SecretId: PLAIN, VersionStage: "AWSPREVIOUS" }), /^ResourceNotFound.*AWSPREVIOUS/);
    assert.match(refusal(store, { SecretId: PLAIN, VersionId: "0" }), /^ResourceNotFound.*VersionId: 0/);
    assert.match(refusal(store, { SecretId: "" }), /^InvalidParameterException/);
  });

  it("knows which secrets of roles have no value", () => {
    const roles = [
      resource(TYPES.rolePolicy, {
        policy: JSON.stringify({ Statement: [get(PLAIN, `${KEYED.slice(0, -6)}??????`, `${PLAIN}9`), decrypt(PLAIN)] }),
      }),
    ];
    assert.deepEqual(secretsWithoutValue(roles, { [PLAIN]: {}, [KEYED]: {} }), [`${PLAIN}9`]);
    assert.deepEqual(secretsWithoutValue(roles, {}).length, 3);
    assert.deepEqual(secretsWithoutValue([], {}), []);
  });

  it("reads the setting, and leaves to the program what has another shape", () => {
    assert.deepEqual(
      localSecretsIn(JSON.stringify({ [PLAIN]: { value: "a" }, [KEYED]: { value: "b", kmsKeyArn: KEY }, x: "y" })),
      { [PLAIN]: { value: "a" }, [KEYED]: { value: "b", kmsKeyArn: KEY } },
    );
    assert.deepEqual([localSecretsIn(undefined), localSecretsIn("{"), localSecretsIn("[1]")], [{}, {}, {}]);
  });
});
