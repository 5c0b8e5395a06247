import { ALARM_KINDS, type AlarmKind } from "../components/parts/alarms/alarm-kinds";
import { row } from "./describe";

/** The page on operations, Markdown: every alarm with what it means and what to do. */
export function operationsMarkdown(): string {
  const kinds: AlarmKind[] = Object.values(ALARM_KINDS);
  return `<!-- generated from components/parts/alarms/alarm-kinds.ts: node --require ./register.cjs stacks/generate.ts -->

# Operations

Every way in which messages could stop arriving, or stop becoming rows, without anybody noticing has an alarm. The components make
them; \`alarms: false\` in the stack's configuration leaves them and the dashboard out, \`alarmTopicArn\` names the SNS topic that is
told ([configuration](configuration.md)). The topic is yours: its policy, and its KMS key's if it has one, must allow \`cloudwatch.amazonaws.com\`.

The stack has one dashboard, \`PROJECT-STACK-operations\`: the alarms first, then a message's way from rule to row.

## Alarms

An alarm's name is PROJECT-STACK-RESOURCE-SUFFIX. Its description in CloudWatch says what happened and what to do, as here.

${row(["Suffix", "Metric", "Goes off", "What happened", "What to do"])}
${row(["---", "---", "---", "---", "---"])}
${kinds.map((kind) => row([`\`${kind.suffix}\``, metricOf(kind), goesOff(kind), kind.happened, kind.act])).join("\n")}

Without data all are at rest but \`reader-behind\`: Firehose polls its stream every second, so silence means that it does not. That it reports
the metric for a stream without records too is not documented by AWS.

## In the local cloud

\`npm start\` reports the same metrics on the local clock and decides the same alarms. The summary tells which went off, when, and by what values;
\`--json\` has them under \`alarms\`. Periods are whole ones and are decided when they are over; CloudWatch looks again every minute. Nobody is called:
actions are checked and not carried out. Some metrics have no value here (quotas of a whole account), so their alarms are always at rest.

## Permissions that a run may not use

After a run \`npm start\` lists calls that were refused and grants that no call made use of; both lists are empty for this program. What AWS demands
of a role and a run may not call for, such as writing to the error prefix, is looked for at the start, so that a role that lacks it is reported
before the day it is needed. \`--json\` lists it under \`iam.demanded\`, each grant with AWS's page and the reason; \`local/iam/demanded.ts\` has
all of it.
`;
}

function metricOf({ namespace, metric, dimensions }: AlarmKind): string {
  return `\`${namespace}\` \`${metric}\` by ${dimensions.join(", ")}`;
}

function goesOff({ when, datapoints: [needed, of] }: AlarmKind): string {
  return `${when}, ${needed < of ? `in ${needed} of ${of} minutes` : of === 1 ? "in a minute" : `${of} minutes long`}`;
}
