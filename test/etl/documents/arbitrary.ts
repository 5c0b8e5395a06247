/** Any valid document of each kind, from https://docs.aws.amazon.com/iotanalytics/latest/APIReference/Welcome.html. */
import fc from "fast-check";
import { between } from "./parts";

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const WORD = `${LETTERS}0123456789_`;

function chars(of: string, minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...of), minLength, maxLength });
}

/** Seldom as long as it may be, but sometimes. */
function text(max: number, min = 1): fc.Arbitrary<string> {
  const unit = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(..."aé ._-[]/$\"'\\\t") },
    { weight: 1, arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }) },
  );
  const short = fc.string({ unit, minLength: min, maxLength: min + 12 });
  const long = fc.constant("x".repeat(max));
  // a grapheme may be several characters
  return fc
    .oneof({ weight: 9, arbitrary: short }, { weight: 1, arbitrary: long })
    .filter((made) => [...made].length <= max);
}

function some<T>(of: fc.Arbitrary<T>, minLength: number, maxLength: number): fc.Arbitrary<T[]> {
  const few = fc.array(of, { minLength, maxLength: Math.min(maxLength, minLength + 3) });
  return fc.oneof(
    { weight: 9, arbitrary: few },
    { weight: 1, arbitrary: fc.array(of, { minLength: maxLength, maxLength, size: "max" }) },
  );
}

function record(
  required: Record<string, fc.Arbitrary<unknown>>,
  optional: Record<string, fc.Arbitrary<unknown>> = {},
): fc.Arbitrary<object> {
  return fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required), noNullPrototype: true });
}

/** Exactly one of the members. */
function oneOf(members: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object> {
  return fc.oneof(...Object.entries(members).map(([name, value]) => record({ [name]: value })));
}

export const name = fc
  .oneof(
    chars(WORD, 1, 12),
    fc.constant("n".repeat(128)),
    chars(LETTERS, 1, 8).map((made) => `_${made}`),
  )
  .filter((made) => !made.startsWith("__"));
const role = fc.oneof(
  fc.constant("arn:aws:iam::123456789012:role/service-role/Old"),
  text(2048, 20),
  fc.constant("arn:aws:iam::<ACCOUNT-ID>:role/X"),
);
const bucket = fc.oneof(chars(`${WORD}.-`, 3, 20), fc.constant("b".repeat(255)));
const PREFIX = `${WORD}!.*'()/{}:-`;
const keyPrefix = chars(PREFIX, 0, 20).map((made) => `${made}/`);
const retentionPeriod = fc.oneof(
  record({}, { unlimited: fc.boolean() }),
  record({ numberOfDays: fc.integer({ min: 1, max: 2 ** 31 - 1 }) }, { unlimited: fc.constant(false) }),
);
const tags = some(record({ key: text(128), value: text(256) }), 1, 50);
const customerManagedS3 = record({ bucket, roleArn: role }, { keyPrefix });
const nothing = fc.constant({});

export const channel = record(
  { channelName: name },
  { channelStorage: oneOf({ serviceManagedS3: nothing, customerManagedS3 }), retentionPeriod, tags },
);

const columnType = fc.letrec<{ type: string }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(
      ..."boolean tinyint smallint int integer bigint float double string date timestamp binary char(1) varchar(65535) decimal decimal(38) decimal(38,38) STRING".split(
        " ",
      ),
    ),
    tie("type").map((of) => `array<${of}>`),
    tie("type").map((of) => `map< string , ${of}>`),
    fc.tuple(tie("type"), tie("type")).map(([a, b]) => `struct<a:${a}, B_1 : ${b}>`),
  ),
})).type;
const column = record({
  name: chars(LETTERS, 1, 1).chain((first) => chars(WORD, 0, 12).map((rest) => first + rest)),
  type: columnType,
});
const columns = some(column, 0, 100).map((all) => {
  const seen = new Set<string>();
  return all.filter((one) => {
    const lower = (one as { name: string }).name.toLowerCase();
    return seen.has(lower) ? false : seen.add(lower);
  });
});
const timestampFormat = fc.constantFrom(
  "yyyy-MM-dd HH:mm:ss",
  "yyyy-MM-dd'T'HH:mm:ss[.SSS]'Z'",
  "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
  "dd/MM/yy hh:mm a",
  "EEE, d MMM yyyy HH:mm:ss z",
  "uuuu.DDD",
  "YYYY-'W'ww-e",
);
const attributeName = chars(WORD, 1, 20);
const partitions = fc
  .tuple(
    fc.uniqueArray(attributeName, { maxLength: 24, selector: (made) => made.toLowerCase() }),
    fc.option(record({ attributeName }, { timestampFormat }), { nil: undefined }),
    fc.nat(24),
  )
  .map(([names, time, place]) => {
    const all: object[] = names.map((made) => ({ attributePartition: { attributeName: made } }));
    if (time !== undefined) all.splice(place, 0, { timestampPartition: time });
    return all;
  });

export const datastore = record(
  { datastoreName: name },
  {
    datastoreStorage: oneOf({
      serviceManagedS3: nothing,
      customerManagedS3,
      iotSiteWiseMultiLayerStorage: record({ customerManagedS3Storage: record({ bucket }, { keyPrefix }) }),
    }),
    retentionPeriod,
    tags,
    fileFormatConfiguration: oneOf({
      jsonConfiguration: nothing,
      parquetConfiguration: record({}, { schemaDefinition: record({}, { columns }) }),
    }),
    datastorePartitions: record({}, { partitions }),
  },
);

const attribute = text(256);
const enrich = record({ attribute, thingName: text(256), roleArn: role });
const activity = oneOf({
  lambda: record({ lambdaName: chars(`${WORD}-`, 1, 64), batchSize: fc.integer({ min: 1, max: 1000 }) }),
  math: record({
    attribute,
    math: fc.constantFrom(
      "a",
      " (t * 9/5)+32 ",
      "round(a.b[0] * 100) / 100",
      `a${"+1".repeat(127)}`,
      "-x % 2",
      "ATAN2(y, x)",
    ),
  }),
  filter: record({
    filter: fc.constantFrom(
      "a",
      "a > 1",
      "a <> NULL OR b.c = 'x'",
      "NOT a IN (1, 'x')",
      "isUndefined(a)",
      "a LIKE '%x'",
      "TRUE",
    ),
  }),
  addAttributes: record({
    attributes: fc.dictionary(attribute, attribute, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
  }),
  removeAttributes: record({ attributes: some(attribute, 1, 50) }),
  selectAttributes: record({ attributes: some(attribute, 1, 50) }),
  deviceRegistryEnrich: enrich,
  deviceShadowEnrich: enrich,
});

/** In any order, for the chain is by names. */
export const pipeline = record(
  {
    pipelineName: name,
    pipelineActivities: some(activity, 0, 23).chain((all) =>
      fc.shuffledSubarray(between(...all), { minLength: all.length + 2 }),
    ),
  },
  { tags },
).map((made) => {
  const document = made as { pipelineActivities: { channel?: { next: string } }[] };
  // nothing stands between
  const [first, second, ...more] = document.pipelineActivities;
  if (second !== undefined && more.length === 0)
    for (const end of [first, second]) if (end?.channel) end.channel.next = "to";
  return made;
});

const versioningConfiguration = fc.oneof(
  record({}, { unlimited: fc.boolean() }),
  record({ maxVersions: fc.integer({ min: 1, max: 1000 }) }, { unlimited: fc.constant(false) }),
);
const underscored = chars(WORD, 1, 128);
const deltaTime = record({ offsetSeconds: fc.integer({ min: -(10 ** 6), max: 10 ** 6 }), timeExpression: text(80) });
const schedule = record({
  expression: fc.constantFrom(
    "rate(1 day)",
    "rate(5 minute)",
    "rate(90 hours)",
    "cron(0 12 * * ? *)",
    "cron(0/15 8-18 ? JAN,MAR-MAY MON-FRI 2020-2030)",
    "cron(0 0 L * ? *)",
    "cron(0 0 ? * 6L *)",
  ),
});
const variable = fc
  .tuple(
    text(256),
    oneOf({
      stringValue: text(1024, 0),
      doubleValue: fc.double({ noNaN: true, noDefaultInfinity: true }).map((double) => double + 0),
      datasetContentVersionValue: record({ datasetName: name }),
      outputFileUriValue: record({ fileName: chars(`${WORD}.-`, 1, 255) }),
    }),
  )
  .map(([called, value]) => ({ name: called, ...value }));
const containerAction = record(
  {
    image: text(255),
    executionRoleArn: role,
    resourceConfiguration: record({
      computeType: fc.constantFrom("ACU_1", "ACU_2"),
      volumeSizeInGB: fc.integer({ min: 1, max: 50 }),
    }),
  },
  { variables: some(variable, 0, 50) },
);
const contentDeliveryRules = some(
  record(
    {
      destination: oneOf({
        s3DestinationConfiguration: record(
          {
            bucket,
            key: fc.oneof(
              chars(PREFIX, 1, 30),
              fc.constant("a/!{iotanalytics:scheduleTime}/!{iotanalytics:versionId}.csv"),
            ),
            roleArn: role,
          },
          { glueConfiguration: record({ tableName: text(150), databaseName: text(150) }) },
        ),
        iotEventsDestinationConfiguration: record({ inputName: chars(LETTERS, 1, 20), roleArn: role }),
      }),
    },
    { entryName: text(100, 0) },
  ),
  0,
  20,
);
const common = { contentDeliveryRules, retentionPeriod, versioningConfiguration, tags };
const sqlQuery = fc.constantFrom("SELECT * FROM a", "  select 1 ", "-- x\n(SELECT a FROM b) LIMIT 1;");
const windows = record({ deltaTime }).map((made) => [made]);
const query = (members: fc.Arbitrary<object>): fc.Arbitrary<unknown> =>
  record({ actionName: underscored, queryAction: members }).map((action) => [action]);

/** `actionName` is always there, as CloudFormation wants it. */
export const dataset = fc.oneof(
  record(
    { datasetName: name, actions: query(record({ sqlQuery }, { filters: some(record({}, { deltaTime }), 0, 1) })) },
    { triggers: some(record({ schedule }), 0, 5), ...common },
  ),
  record(
    { datasetName: name, actions: query(record({ sqlQuery, filters: windows })) },
    {
      lateDataRules: record(
        {
          ruleConfiguration: record(
            {},
            { deltaTimeSessionWindowConfiguration: record({ timeoutInMinutes: fc.integer({ min: 1, max: 60 }) }) },
          ),
        },
        { ruleName: underscored },
      ).map((made) => [made]),
      ...common,
    },
  ),
  record(
    { datasetName: name, actions: record({ actionName: underscored, containerAction }).map((made) => [made]) },
    {
      triggers: fc.oneof(
        some(record({ schedule }), 0, 5),
        record({ dataset: record({ name: fc.constant("another_dataset") }) }).map((made) => [made]),
      ),
      ...common,
    },
  ),
);

export const rule = record(
  {
    sql: fc.constantFrom("SELECT * FROM 'a/+/b'", 'select a, topic(2) as t from "x/#" where b > 1'),
    actions: some(
      oneOf({
        iotAnalytics: record({ channelName: name, roleArn: role }, { batchMode: fc.boolean() }),
        sns: record({ targetArn: text(40) }),
        s3: nothing,
      }),
      1,
      10,
    ),
  },
  {
    description: text(256, 0),
    ruleDisabled: fc.boolean(),
    awsIotSqlVersion: fc.constantFrom("2015-10-08", "2016-03-23", "beta"),
    errorAction: oneOf({
      cloudwatchLogs: record({ logGroupName: chars(`${WORD}/.#-`, 1, 40), roleArn: role }),
      republish: nothing,
    }),
  },
);
