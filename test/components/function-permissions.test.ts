import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ActivityFunction, type ActivityFunctionArgs } from "../../components";
import { ACCOUNT, KEY, REGION, run, statements, wrongArguments } from "../harness";

const SECRET = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:plant/weather-a1b2c3`;
const TABLE = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/limits`;

describe("ActivityFunction: permissions", () => {
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "function-"));
    fs.writeFileSync(path.join(folder, "index.js"), "exports.handler = async (messages) => messages;\n");
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  const policy = async (args: Partial<ActivityFunctionArgs>): Promise<unknown[]> => {
    const { one } = await run(() => new ActivityFunction("fill", { path: folder, ...args }));
    return statements(one("aws:iam/rolePolicy:RolePolicy")).slice(1);
  };

  it("are the log alone, unless more is said", async () => {
    assert.deepEqual(await policy({}), []);
  });

  // https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-authz
  it("let it read its secrets, with their key through Secrets Manager alone, and do what statements say", async () => {
    const conditions = { StringEquals: { "aws:ResourceTag/plant": ["north"] } };
    assert.deepEqual(
      await policy({
        secrets: [SECRET],
        secretsKeyArn: KEY,
        statements: [{ actions: ["dynamodb:GetItem"], resources: [TABLE], conditions }],
      }),
      [
        { Sid: "GetSecrets", Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: [SECRET] },
        {
          Sid: "DecryptSecrets",
          Effect: "Allow",
          Action: ["kms:Decrypt"],
          Resource: [KEY],
          Condition: {
            StringEquals: { "kms:ViaService": `secretsmanager.${REGION}.amazonaws.com` },
            StringLike: { "kms:EncryptionContext:SecretARN": [SECRET] },
          },
        },
        { Sid: "Own1", Effect: "Allow", Action: ["dynamodb:GetItem"], Resource: [TABLE], Condition: conditions },
      ],
    );
  });

  it("are refused in another shape, each with its place", async () => {
    const wrong = await wrongArguments(
      () =>
        new ActivityFunction("fill", {
          path: folder,
          secrets: ["plant/weather"],
          statements: [
            { actions: [], resources: [TABLE] },
            { actions: ["GetItem"], resources: ["limits"] },
          ],
        }),
    );
    const places = wrong.map((text) => text.slice(0, text.indexOf(":")));
    assert.deepEqual(places, [
      "secrets[0]",
      "statements[0].actions",
      "statements[1].actions[0]",
      "statements[1].resources[0]",
    ]);
    assert.match(wrong[0]!, /saw "plant\/weather"; .*arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX/);
    const alone = await wrongArguments(() => new ActivityFunction("fill", { path: folder, secretsKeyArn: KEY }));
    assert.match(alone.join(), /secretsKeyArn: .*secrets/);
  });
});
