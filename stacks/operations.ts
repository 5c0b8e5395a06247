import { ALARM_KINDS, type AlarmKind } from "../components/parts/alarms/alarm-kinds";
import { row } from "./describe";

/** The page on operations, Markdown: every alarm with what it means and what to do. */
export function operationsMarkdown(): string {
  const kinds: AlarmKind[] = Object.values(ALARM_KINDS);
  return `<!-- generated from components/parts/alarms/alarm-kinds.ts: node --require ./register.cjs stacks/generate.ts -->

# Operations

This page lists the alarms of a stack and what to do about each. There is one for every way in which messages could stop arriving, or stop becoming
rows, unnoticed. \`alarmTopicArn\` in the stack's [configuration](configuration.md) names the SNS topic that they notify; \`alarms: false\` turns alarms and
dashboard off. The topic is yours: its policy, and that of its KMS key if it has one, must allow \`cloudwatch.amazonaws.com\`.

The stack has one dashboard, \`PROJECT-STACK-operations\`: the alarms first, then the path of a message from rule to row.

## Alarms

An alarm is called PROJECT-STACK-RESOURCE-SUFFIX. Its description in CloudWatch is the text of the last two columns.

${row(["Suffix", "Metric", "Goes off", "What happened", "What to do"])}
${row(["---", "---", "---", "---", "---"])}
${kinds.map((kind) => row([`\`${kind.suffix}\``, metricOf(kind), goesOff(kind), kind.happened, kind.act])).join("\n")}

Without data every alarm is OK except \`reader-behind\`: Firehose polls its stream every second, so no data means that it has stopped. AWS does not
document that Firehose reports this metric for a stream without records as well.

## Partitions

The transform function registers the partition of a row in the Glue catalog before it answers the delivery stream, so no object is stored in a partition
that queries do not know.

| What happens                                                      | Rows                     | What follows                                                                             |
| ----------------------------------------------------------------- | ------------------------ | ---------------------------------------------------------------------------------------- |
| Glue throttles or fails, the permission is missing, a quota is full | stored, not found by SQL | the SDK tries four times within ten seconds; then the metric and the alarm \`partitions-unregistered\`, and each further batch tries again |
| Glue refuses single partitions of a call                          | those of these partitions | the others are registered; these as above                                               |
| two instances register the same partition                         | found                    | the second gets AlreadyExistsException, which counts as success                                      |
| the instance ends after registering, before it answers            | not yet stored           | Firehose invokes the function again; the partition exists                                |
| the instance ends after it could not register                     | stored, not found by SQL | another instance registers the partition with its next row                              |

What no further row registers, the datastore's maintenance does, and \`npm run repair\` by hand ([commands](commands.md)). The summary of \`npm start\` counts objects in places of
no partition (\`unregisteredObjects\`).

A table that was deployed with partition projection, by an earlier version, keeps it at the next \`pulumi up\`, so queries find all rows while new partitions are registered.
Once every delivery stream has delivered what the earlier function answered (\`bufferingSeconds\` after the update), \`npm run repair -- --table DATABASE.TABLE
--remove-projection\` registers the older partitions and takes the projection away; the next \`pulumi up\` declares none.

A partition keeps the columns that its table had when it was registered. When the table of a datastore in JSON format gets a column, or a column another type (a
whole number became a fraction), the transform function gives the registered partitions the table's columns, 100 at a time and for at most ten seconds of a
batch; further batches go on, and an instance that begins looks at all partitions once, for what another has left when it ended. Until a partition has its turn,
a query that reads it may fail with \`HIVE_PARTITION_SCHEMA_MISMATCH\`
([AWS](https://docs.aws.amazon.com/athena/latest/ug/updates-and-partitions.html)). The function's log says how many were changed, and what was refused.

A failed registration does not fail the invocation: Firehose would repeat it three times and then write good rows to the error prefix, unconverted.

AWS's quota is 10,000,000 partitions of a table ([Glue endpoints and quotas](https://docs.aws.amazon.com/general/latest/gr/glue.html)), more than 1,000 years of hours. It matters
to a datastore with partitions by event time and by attribute: \`npm run check\` says how many values in an hour are too many, and \`npm run try\` and the summary of \`npm start\` warn if
partitions reach the quota at the rate of the messages, within ten years or (\`try\`) the datastore's \`retentionPeriod\`. By attributes alone there is no rate, and they warn from a tenth
of the quota.

Tables have no partition index. An index changes how fast Glue finds the partitions of a query with conditions in a table of very many, not which partitions and objects the query
reads or what it costs. Athena uses one only where the table has the property \`partition_filtering.enabled\`
([AWS's guide](https://docs.aws.amazon.com/athena/latest/ug/glue-best-practices.html#glue-best-practices-partition-index)). The program declares the table's properties, so one
that is set by hand is gone after the next \`pulumi up\`.

## Maintenance

Every datastore with partitions has a function for its maintenance (\`DatastoreMaintenance\`), which EventBridge Scheduler calls. Once in \`maintenanceHours\` (default 24) it looks over all
objects and partitions of the datastore:

- A partition that has objects and is not in the catalog is registered. Its rows were hidden from queries for \`maintenanceHours\` at most (metric \`PartitionsRegistered\`).
- A partition whose objects have all expired is removed, so that no query lists it (metric \`PartitionsRemoved\`). It must have been registered for the datastore's
  retention, and for 8 days at least, so that no first row is on its way. After the removal the function lists the place once more, and registers the partition again if a
  row has arrived. An instance of the transform function forgets within an hour what it has registered, so a partition that gets rows again is registered again.

| What happens                       | What follows                                                                                                                |
| ---------------------------------- | --------------------------------------------------------------------------------------------------------------------------- |
| Glue or S3 throttles               | the SDK tries a call ten times; then the run fails (alarm \`maintenance-errors\`), Lambda calls the function twice more, and the next run goes on                       |
| the time of a run, 15 minutes, is up | the next run goes on behind the last partition that was looked at; there are six runs from one look to the next             |
| two runs at once                   | the second does nothing: a run holds a lease, an object that S3 writes only if nobody else has, until it ends or its time is over |
| a large table                      | one list request and at most two requests to Glue for 1,000 objects or partitions; the memory that is needed does not grow with them      |

### Compaction

With the setting \`compaction\` (on in staging and prod), or \`compaction\` of a single datastore, the maintenance rewrites partitions of Parquet datastores that have at least four objects of
less than 64 MB and got none for 24 hours, as objects of about 128 MB (one if there is less). It runs every 15 minutes, and each partition goes through these steps:

1. Athena writes the rows to a place of their own (\`CREATE TABLE AS\`, as many buckets as objects), and a second query counts them against the partition's.
2. One \`UpdatePartition\` leads queries to the new objects. The former ones stay for an hour (\`graceMinutes\` of \`DatastoreMaintenance\`): a query that has begun to read them ends within
   Athena's 30 minutes.
3. The former objects are deleted by their keys, the new ones copied to the partition's own place as \`compacted-TIME-...\`, and queries led back there. So what arrives later is found as before.
4. After another hour the copies of step 1 are deleted. All deleted objects can be restored for 7 days, as every object of the bucket.

| What happens                                             | What follows                                                                                                                                                  |
| -------------------------------------------------------- | ------------------------------------------------------------------------------------------------------------------------------------------------------------- |
| a row arrives before step 2                              | the partition is left as it is, and compacted a day later                                                                                                                        |
| a row arrives between steps 2 and 3                      | no query finds it until the next run, 15 minutes at most and the time of a run; then queries are led back to the former objects. Metric \`LateObjects\`                                      |
| a row arrives in step 3                                  | queries find it when the step is done                                                                                                                         |
| a run is killed, at any moment                           | the next run goes on from the step that was written down; every query sees each row once (\`test/functions/maintenance/compaction.test.ts\`)                                  |
| a query fails, or the counts differ                      | nothing changes; alarm \`maintenance-incomplete\`                                                                                                                |
| the rows expire                                          | a rewritten object is younger than its rows. Only partitions whose oldest row was stored less than 7 days ago are rewritten, so rows stay 7 days longer than the retention at most |
| a reprocessing has written objects to the partition      | it is not compacted: repeating the reprocessing overwrites its objects, and must find them                                                                    |
| \`compaction\` is turned off while partitions are on their way | alarm \`maintenance-incomplete\`: turn it on until none is left, which takes three hours                                                                         |

Partitions by the day of arrival are projected and have no entry whose place could change, and lines of JSON may have attributes that are no columns; both stay as they are, and \`compaction: true\` of such a
datastore is refused. That Athena writes one object for a bucket follows from its guide and has not been measured on AWS.

What the function remembers is in \`maintenance/DATASTORE/\` of the datastore's bucket. \`{"scan": true}\` as the event of a call looks over the datastore at once.

## In the local cloud

\`npm start\` reports the same metrics on the local clock and evaluates the same alarms. The summary lists those that went off, with times and values;
\`--json\` has them under \`alarms\`. A period is evaluated once, when it is over; CloudWatch evaluates every minute. Nobody is notified: alarm actions are
checked but not run. Metrics about the quotas of a whole account have no value here, so their alarms are always OK.

## Permissions that a run may not use

After a run \`npm start\` lists the calls that were refused and the grants that no call used; both lists are empty for this program. Some permissions that AWS
requires are not used in every run, such as writing to the error prefix; they are checked at the start, so that a missing one is reported before the day
it is needed. \`--json\` lists them under \`iam.serviceRequired\`, each with AWS's page and the reason.
`;
}

function metricOf({ namespace, metric, dimensions }: AlarmKind): string {
  return `\`${namespace}\` \`${metric}\` by ${dimensions.join(", ")}`;
}

function goesOff({ when, datapoints: [needed, of] }: AlarmKind): string {
  return `${when}, ${needed < of ? `in ${needed} of ${of} minutes` : of === 1 ? "in a minute" : `${of} minutes long`}`;
}
