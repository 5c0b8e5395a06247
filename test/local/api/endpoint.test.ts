import assert from "node:assert/strict";
import * as http from "node:http";
import { Readable } from "node:stream";
import { CloudWatchClient, GetMetricDataCommand, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { GetPolicyCommand, InvokeCommand, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { KinesisClient, ListStreamsCommand, PutRecordsCommand, type PutRecordsInput } from "@aws-sdk/client-kinesis";
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { QueueDoesNotExist, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { ApiEndpoint, ApiError, operation, type ServiceApi } from "../../../local/api";
import { Credentials, type IssuedKeys } from "../../../local/core/credentials";
import { Defects } from "../../../local/core/defects";
import { ACCOUNT, TYPES, type Resource } from "../../../local/core/model";
import { HttpServer } from "../../../local/http";
import { Iam } from "../../../local/iam";
import { stsApi } from "../../../local/services/sts/api";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/reader`;
const STREAM = `arn:aws:kinesis:eu-central-1:${ACCOUNT}:stream/s`;

/** A role that the account may take on, with these statements. */
function role(statements: object[], principal: object = { AWS: `arn:aws:iam::${ACCOUNT}:root` }): Resource[] {
  const resource = (type: string, name: string, inputs: object): Resource => ({
    urn: `urn:pulumi:t::t::${type}::${name}`,
    type,
    name,
    custom: true,
    id: name,
    dependencies: [],
    inputs,
    outputs: { ...inputs, arn: ROLE },
  });
  const trust = { Statement: [{ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" }] };
  return [
    resource(TYPES.role, "reader", { name: "reader", assumeRolePolicy: JSON.stringify(trust) }),
    resource(TYPES.rolePolicy, "reader", {
      name: "reader",
      role: "reader",
      policy: JSON.stringify({ Statement: statements }),
    }),
  ];
}

/** Rows that keep what they were asked; the answers are written and read by AWS's own client. */
describe("local/api: AWS's SDK calls operations in the protocol of each service", () => {
  let server: HttpServer, endpoint: string, iam: Iam, defects: Defects;
  let apis: ServiceApi[];
  const credentials = new Credentials();
  const administrator = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "whatever" };

  beforeEach(async () => {
    defects = new Defects();
    iam = new Iam(role([{ Effect: "Allow", Action: "kinesis:PutRecords", Resource: STREAM }]), ACCOUNT);
    apis = [stsApi({ iam, credentials })];
    const api = new ApiEndpoint({ credentials, backend: () => ({ iam, apis }), defects });
    server = new HttpServer({ api, defects });
    endpoint = `http://127.0.0.1:${await server.listen(0)}`;
  });
  afterEach(() => server.close());

  const config = (keys: object = administrator) => ({
    endpoint,
    region: "eu-central-1",
    credentials: keys as typeof administrator,
    maxAttempts: 1,
  });
  /** An operation that takes every member given, asks for no permission, and answers with what `answer` makes of the input. */
  const row = (takes: string[], answer: (input: Record<string, never>) => unknown) =>
    operation<Record<string, never>, unknown>({ takes, permissions: () => [], answer: ({ input }) => answer(input) });

  it("AWS JSON: lists, blobs and errors with members", async () => {
    let got: unknown;
    apis.push({
      service: "kinesis",
      operations: {
        PutRecords: row(["Records", "StreamName"], (input) => {
          got = input;
          return { FailedRecordCount: 1, Records: [{ SequenceNumber: "1" }, { ErrorCode: "E" }] };
        }),
      },
    });
    const client = new KinesisClient(config());
    const Records = [
      { Data: Buffer.from("ä\0"), PartitionKey: "a" },
      { Data: Buffer.from(""), PartitionKey: "b" },
    ];
    const answer = await client.send(new PutRecordsCommand({ StreamName: "s", Records }));
    assert.deepEqual(answer.Records, [{ SequenceNumber: "1" }, { ErrorCode: "E" }]);
    assert.deepEqual(got, { StreamName: "s", Records });
    await assert.rejects(client.send(new ListStreamsCommand({})), {
      name: "NotImplementedException",
      message: "ListStreams of Kinesis Data Streams is not part of the local cloud, which has PutRecords",
    });
    const missing = { StreamName: "s", Records: [{ Data: Buffer.from("x") }] } as never;
    await assert.rejects(client.send(new PutRecordsCommand(missing)), {
      name: "ValidationException",
      message:
        "1 validation error detected: Value null at 'records[0].PartitionKey' failed to satisfy constraint: Member must not be null",
    });
    const other = { StreamName: "s", Records, StreamARN: STREAM };
    await assert.rejects(client.send(new PutRecordsCommand(other)), {
      name: "NotImplementedException",
      message:
        "PutRecords of Kinesis Data Streams: StreamARN is not executed by the local cloud, which takes Records, StreamName",
    });
  });

  it("REST with JSON: labels, headers, a payload", async () => {
    const got: unknown[] = [];
    apis.push({
      service: "lambda",
      operations: {
        Invoke: row(["FunctionName", "Payload", "Qualifier", "InvocationType"], (input) => {
          got.push(input);
          return { StatusCode: 202, FunctionError: "Unhandled", Payload: Buffer.from('"é"') };
        }),
        GetPolicy: row(["FunctionName"], () => {
          throw new ApiError(404, "ResourceNotFoundException", "no policy");
        }),
        ListFunctions: row(["MaxItems"], () => ({ Functions: [{ FunctionName: "f", Timeout: 3 }] })),
      },
    });
    const client = new LambdaClient(config());
    const FunctionName = `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:f`;
    const invoked = await client.send(
      new InvokeCommand({ FunctionName, Qualifier: "$LATEST", Payload: "{}", InvocationType: "Event" }),
    );
    assert.deepEqual(got, [
      { FunctionName, Qualifier: "$LATEST", Payload: Buffer.from("{}"), InvocationType: "Event" },
    ]);
    assert.deepEqual(
      [invoked.StatusCode, invoked.FunctionError, Buffer.from(invoked.Payload!).toString()],
      [202, "Unhandled", '"é"'],
    );
    const listed = await client.send(new ListFunctionsCommand({ MaxItems: 5 }));
    assert.deepEqual(listed.Functions, [{ FunctionName: "f", Timeout: 3 }]);
    await assert.rejects(client.send(new GetPolicyCommand({ FunctionName: "f" })), {
      name: "ResourceNotFoundException",
      message: "no policy",
    });
  });

  it("REST with XML: routes, headers, metadata, streams, XML both ways", async () => {
    const got: [string, unknown][] = [];
    const keep = (name: string, takes: string[], output: unknown) =>
      row(takes, (input) => {
        got.push([name, input]);
        return output;
      });
    apis.push({
      service: "s3",
      operations: {
        PutObject: operation<Record<string, never>, unknown>({
          takes: ["Bucket", "Key", "Metadata", "ContentLength", "ContentType"],
          ignores: { ChecksumAlgorithm: "sent unasked", ChecksumCRC32: "sent unasked", ContentEncoding: "" },
          permissions: () => [],
          async answer({ input, body }) {
            const chunks: Buffer[] = [];
            for await (const chunk of body) chunks.push(chunk as Buffer);
            got.push(["PutObject", [input.Bucket, input.Key, input.Metadata, Buffer.concat(chunks).toString()]]);
            return { ETag: '"e"' };
          },
        }),
        GetObject: row(["Bucket", "Key", "Range", "ChecksumMode"], () => ({
          Body: Readable.from([Buffer.from("ab"), Buffer.from("c")]),
          ContentLength: 3,
          ContentType: "text/x",
          LastModified: new Date(86_400_000),
          Metadata: { unit: "°C" },
        })),
        HeadObject: row(["Bucket", "Key"], () => ({ ContentLength: 3, ETag: '"e"' })),
        CopyObject: keep("CopyObject", ["Bucket", "Key", "CopySource"], { CopyObjectResult: { ETag: '"c"' } }),
        ListObjectsV2: keep("ListObjectsV2", ["Bucket", "Prefix", "MaxKeys"], {
          Name: "b",
          IsTruncated: false,
          Contents: [{ Key: "a&<b", Size: 5, LastModified: new Date(0) }],
          CommonPrefixes: [{ Prefix: "p/" }],
        }),
        DeleteObjects: keep("DeleteObjects", ["Bucket", "Delete", "ChecksumAlgorithm"], {
          Deleted: [{ Key: "x" }],
          Errors: [{ Key: "y", Code: "AccessDenied" }],
        }),
        GetBucketLocation: keep("GetBucketLocation", ["Bucket"], { LocationConstraint: "eu-central-1" }),
      },
    });
    for (const forcePathStyle of [true, false]) {
      got.length = 0;
      const local = endpoint.replace("127.0.0.1", "localhost");
      const client = new S3Client({ ...config(), endpoint: local, forcePathStyle });
      const Key = "a/../ä b+%2F'()*!~&?.txt";
      await client.send(
        new PutObjectCommand({ Bucket: "b", Key, Body: "body", Metadata: { unit: "°C" }, ContentType: "text/x" }),
      );
      const [name, [bucket, key, metadata, body]] = got[0] as [string, [string, string, object, string]];
      assert.deepEqual([name, bucket, key, metadata], ["PutObject", "b", Key, { unit: "°C" }]);
      assert.match(body, /^body$|^4\r\nbody\r\n0\r\n/);
      const read = await client.send(new GetObjectCommand({ Bucket: "b", Key, Range: "bytes=0-2" }));
      assert.equal(await read.Body!.transformToString(), "abc");
      assert.deepEqual(
        [read.ContentLength, read.ContentType, read.LastModified, read.Metadata],
        [3, "text/x", new Date(86_400_000), { unit: "=?UTF-8?B?wrBD?=" }],
      );
      const head = await client.send(new HeadObjectCommand({ Bucket: "b", Key: "k" }));
      assert.deepEqual([head.ContentLength, head.ETag], [3, '"e"']);
      const copy = await client.send(new CopyObjectCommand({ Bucket: "b", Key: "k2", CopySource: "b/k" }));
      assert.equal(copy.CopyObjectResult?.ETag, '"c"');
      const list = await client.send(new ListObjectsV2Command({ Bucket: "b", Prefix: "a", MaxKeys: 2 }));
      assert.deepEqual(list.Contents, [{ Key: "a&<b", Size: 5, LastModified: new Date(0) }]);
      assert.deepEqual(list.CommonPrefixes, [{ Prefix: "p/" }]);
      const deleted = await client.send(
        new DeleteObjectsCommand({ Bucket: "b", Delete: { Objects: [{ Key: "x" }, { Key: "<y>" }], Quiet: true } }),
      );
      assert.deepEqual(deleted.Errors, [{ Key: "y", Code: "AccessDenied" }]);
      const location = await client.send(new GetBucketLocationCommand({ Bucket: "b" }));
      assert.equal(location.LocationConstraint, "eu-central-1");
      assert.deepEqual(
        got.slice(1).map(([operationName]) => operationName),
        ["CopyObject", "ListObjectsV2", "DeleteObjects", "GetBucketLocation"],
      );
      assert.deepEqual((got[3]![1] as { Delete: object }).Delete, {
        Objects: [{ Key: "x" }, { Key: "<y>" }],
        Quiet: true,
      });
      await assert.rejects(client.send(new HeadObjectCommand({ Bucket: "b", Key: "k", VersionId: "1" })), (error) => {
        assert.equal((error as { $metadata: { httpStatusCode: number } }).$metadata.httpStatusCode, 501);
        return true;
      });
    }
  });

  it("AWS JSON 1.0 with errors that the query protocol calls otherwise", async () => {
    apis.push({
      service: "sqs",
      operations: {
        SendMessageBatch: row(["QueueUrl", "Entries"], ({ QueueUrl }) => {
          if (QueueUrl === "none") throw new ApiError(400, "QueueDoesNotExist", "no such queue");
          return { Successful: [{ Id: "1", MessageId: "m", MD5OfMessageBody: "b" }], Failed: [] };
        }),
      },
    });
    const client = new SQSClient({ ...config(), md5: false });
    const send = (QueueUrl: string) =>
      client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: "1", MessageBody: "x" }] }));
    assert.equal((await send("q")).Successful?.[0]?.MessageId, "m");
    await assert.rejects(send("none"), (error) => error instanceof QueueDoesNotExist);
  });

  it("AWS JSON 1.0 with dates", async () => {
    const got: unknown[] = [];
    apis.push({
      service: "cloudwatch",
      operations: {
        GetMetricData: row(["MetricDataQueries", "StartTime", "EndTime"], (input) => {
          got.push(input.StartTime);
          return { MetricDataResults: [{ Id: "a", Timestamps: [new Date(60_000)], Values: [1.5] }] };
        }),
        PutMetricData: row(["Namespace", "MetricData"], (input) => void got.push(input.MetricData)),
      },
    });
    const client = new CloudWatchClient(config());
    const StartTime = new Date(1_700_000_000_500);
    const data = await client.send(
      new GetMetricDataCommand({ MetricDataQueries: [], StartTime, EndTime: new Date(2e12) }),
    );
    assert.deepEqual(data.MetricDataResults, [{ Id: "a", Timestamps: [new Date(60_000)], Values: [1.5] }]);
    await client.send(new PutMetricDataCommand({ Namespace: "n", MetricData: [{ MetricName: "m", Value: 2 }] }));
    assert.deepEqual(got, [StartTime, [{ MetricName: "m", Value: 2 }]]);
  });

  it("the query protocol, by a form, with lists", async () => {
    const got: unknown[] = [];
    apis.push({
      service: "cloudwatch",
      operations: { PutMetricData: row(["Namespace", "MetricData"], (input) => void got.push(input)) },
    });
    const form =
      "Action=PutMetricData&Version=2010-08-01&Namespace=a%20b&MetricData.member.1.MetricName=m&MetricData.member.1.Value=2.5&MetricData.member.1.Dimensions.member.1.Name=n&MetricData.member.1.Dimensions.member.1.Value=v";
    const answer = await post(form, { "content-type": "application/x-www-form-urlencoded" });
    assert.match(answer.body, /^<PutMetricDataResponse xmlns=/);
    assert.deepEqual(got, [
      {
        Namespace: "a b",
        MetricData: [{ MetricName: "m", Value: 2.5, Dimensions: [{ Name: "n", Value: "v" }] }],
      },
    ]);
    const wrong = await post("Action=PutMetricData&Name=x", { "content-type": "application/x-www-form-urlencoded" });
    assert.equal(wrong.status, 400);
    assert.match(wrong.body, /<Code>ValidationError<\/Code><Message>Name is not a parameter; there are Namespace/);
  });

  /** A request signed, as far as an administrator's is looked at, for CloudWatch. */
  const post = (body: string, headers: http.OutgoingHttpHeaders, service = "monitoring") =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      const authorization = `AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-central-1/${service}/aws4_request, SignedHeaders=host, Signature=00`;
      const request = http.request(
        endpoint,
        { method: "POST", agent: false, headers: { authorization, "x-amz-date": "20260101T000000Z", ...headers } },
        (response) => {
          let text = "";
          response.on("data", (chunk: Buffer) => (text += chunk.toString()));
          response.on("end", () => resolve({ status: response.statusCode!, body: text }));
        },
      );
      request.on("error", reject);
      request.end(body);
    });

  it("refuses a service that is not there, with those that are", async () => {
    const { status, body } = await post("{}", { "x-amz-target": "DynamoDB_20120810.ListTables" }, "dynamodb");
    assert.equal(status, 501);
    assert.match(body, /signed for dynamodb, which is not part of the local cloud; it has Athena, CloudWatch, /);
  });
  for (const body of ["{", "[]", '{"StreamName": 5, "Records": []}', '{"Records": {}}', '{"Records": [5]}'])
    it(`refuses ${body} as AWS's JSON protocol does`, async () => {
      apis.push({ service: "kinesis", operations: { PutRecords: row(["StreamName", "Records"], () => ({})) } });
      const answer = await post(body, { "x-amz-target": "Kinesis_20131202.PutRecords" }, "kinesis");
      assert.equal(answer.status, 400);
      assert.equal((JSON.parse(answer.body) as { __type: string }).__type, "SerializationException");
    });

  describe("principals", () => {
    const assume = async (seconds = 900): Promise<typeof administrator & { sessionToken: string }> => {
      const sts = new STSClient(config());
      const assumed = await sts.send(
        new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: "me", DurationSeconds: seconds }),
      );
      const { AccessKeyId, SecretAccessKey, SessionToken } = assumed.Credentials!;
      return { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! };
    };
    const keysOf = ({ accessKeyId, secretAccessKey, sessionToken }: IssuedKeys) => ({
      accessKeyId,
      secretAccessKey,
      sessionToken,
    });
    const whoami = async (keys?: object) =>
      (await new STSClient(config(keys)).send(new GetCallerIdentityCommand())).Arn;
    const putRecords = (keys: object, StreamName: string) =>
      new KinesisClient(config(keys)).send(
        new PutRecordsCommand({ StreamName, Records: [{ Data: Buffer.from("x"), PartitionKey: "a" }] }),
      );
    beforeEach(() => {
      apis.push({
        service: "kinesis",
        operations: {
          PutRecords: operation<PutRecordsInput, unknown>({
            takes: ["StreamName", "Records"],
            permissions: ({ StreamName }) => [
              { action: "kinesis:PutRecords", resource: STREAM.replace(/s$/, StreamName!) },
            ],
            answer: () => ({ Records: [], FailedRecordCount: 0 }),
          }),
        },
      });
    });

    it("any keys are the administrator's", async () => {
      assert.equal(await whoami(), `arn:aws:iam::${ACCOUNT}:user/you`);
      assert.equal(await whoami({ ...administrator, sessionToken: "AWS's own" }), `arn:aws:iam::${ACCOUNT}:user/you`);
      await putRecords(administrator, "other");
    });
    it("keys of AssumeRole act as the role, and its policies decide", async () => {
      const keys = await assume();
      assert.equal(await whoami(keys), `arn:aws:sts::${ACCOUNT}:assumed-role/reader/me`);
      await putRecords(keys, "s");
      await assert.rejects(putRecords(keys, "other"), {
        name: "AccessDeniedException",
        message: `User: arn:aws:sts::${ACCOUNT}:assumed-role/reader/me is not authorized to perform: kinesis:PutRecords on resource: ${STREAM.replace(/s$/, "other")} because no statement of role reader allows it; statement 1 of policy reader allows the action on other resources`,
      });
      assert.deepEqual(
        iam.refused().map(({ principal, action }) => [principal, action]),
        [[ROLE, "kinesis:PutRecords"]],
      );
    });
    it("a signature with another secret is refused, and so are another key's token and one of another cloud", async () => {
      const keys = await assume();
      await assert.rejects(whoami({ ...keys, secretAccessKey: "x" }), { name: "SignatureDoesNotMatch" });
      await assert.rejects(putRecords({ ...keys, secretAccessKey: "x" }, "s"), { name: "InvalidSignatureException" });
      const other = keysOf(new Credentials().issue(ROLE, "me", 900));
      await assert.rejects(putRecords(other, "s"), { name: "UnrecognizedClientException" });
      await assert.rejects(whoami({ ...keys, accessKeyId: other.accessKeyId }), { name: "InvalidClientTokenId" });
    });
    it("keys that have ended are refused", async () => {
      const ended = keysOf(credentials.issue(ROLE, "me", 900, Date.now() - 901_000));
      await assert.rejects(putRecords(ended, "s"), { name: "ExpiredTokenException" });
    });
    it("a role whose trust names a service is not for people", async () => {
      iam = new Iam(role([], { Service: "lambda.amazonaws.com" }), ACCOUNT);
      apis[0] = stsApi({ iam, credentials });
      await assert.rejects(assume(), {
        name: "AccessDenied",
        message: `User: arn:aws:iam::${ACCOUNT}:user/you is not authorized to perform: sts:AssumeRole on resource: ${ROLE} because the trust policy of role reader does not name arn:aws:iam::${ACCOUNT}:user/you`,
      });
    });
    it("STS says which member is wrong", async () => {
      await assert.rejects(assume(5), { name: "ValidationError", message: /Value '5' at 'durationSeconds'/ });
    });
  });

  it("an unexpected error is answered in the protocol, and recorded", async () => {
    const fail = () => {
      throw new TypeError("a fault of ours");
    };
    apis.push({ service: "kinesis", operations: { ListStreams: row([], fail) } });
    apis.push({ service: "s3", operations: { HeadObject: row(["Bucket", "Key"], fail) } });
    await assert.rejects(new KinesisClient(config()).send(new ListStreamsCommand({})), {
      name: "InternalFailureException",
    });
    assert.deepEqual(
      defects.list().map(({ place, message }) => [place, message]),
      [["Kinesis Data Streams ListStreams", "a fault of ours"]],
    );
  });
});
