import { isUnknown } from "../../aws/values";
import type { StackView } from "../framework/view";
import { headOf, overlap, parseArn } from "../../aws/arn";
import { jsonFileTexts } from "./function-code";
import { physicalName, textsOf } from "./links";

/** ARN, without partition, region and account, of a resource by its name. */
const FORMS: Readonly<Record<string, (name: string, raw: Record<string, unknown>) => string[]>> = {
  "aws:s3/bucket:Bucket": (name) => [`s3:${name}`, `s3:${name}/*`],
  "aws:kinesis/stream:Stream": (name) => [`kinesis:stream/${name}`, `kinesis:stream/${name}/*`],
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": (name) => [`firehose:deliverystream/${name}`],
  "aws:lambda/function:Function": (name) => [`lambda:function:${name}`, `lambda:function:${name}:*`],
  "aws:cloudwatch/logGroup:LogGroup": (name) => [`logs:log-group:${name}`, `logs:log-group:${name}:*`],
  "aws:glue/catalogDatabase:CatalogDatabase": (name) => [
    `glue:database/${name}`,
    `glue:table/${name}/*`,
    `glue:tableVersion/${name}/*`,
  ],
  "aws:glue/catalogTable:CatalogTable": (name, raw) => [
    `glue:database/${String(raw.databaseName)}`,
    `glue:table/${String(raw.databaseName)}/${name}`,
    `glue:tableVersion/${String(raw.databaseName)}/${name}/*`,
  ],
  "aws:sqs/queue:Queue": (name) => [`sqs:${name}`],
  "aws:sns/topic:Topic": (name) => [`sns:${name}`],
  "aws:sfn/stateMachine:StateMachine": (name) => [
    `states:stateMachine:${name}`,
    `states:stateMachine:${name}:*`,
    `states:execution:${name}*`,
    `states:express:${name}*`,
    `states:mapRun:${name}*`,
  ],
  "aws:athena/workgroup:Workgroup": (name) => [`athena:workgroup/${name}`],
  "aws:iot/topicRule:TopicRule": (name) => [`iot:rule/${name}`],
  "aws:iam/role:Role": (name) => [`iam:role/${name}`, `iam:role/*/${name}`],
  "aws:dynamodb/table:Table": (name) => [`dynamodb:table/${name}`, `dynamodb:table/${name}/*`],
  "aws:secretsmanager/secret:Secret": (name) => [`secretsmanager:secret:${name}*`],
  "aws:scheduler/scheduleGroup:ScheduleGroup": (name) => [
    `scheduler:schedule-group/${name}`,
    `scheduler:schedule/${name}/*`,
  ],
  "aws:ssm/parameter:Parameter": (name) => [`ssm:parameter/${name.replace(/^\//, "")}`],
  "aws:ecr/repository:Repository": (name) => [`ecr:repository/${name}`],
  "aws:ecs/taskDefinition:TaskDefinition": (name) => [`ecs:task-definition/${name}*`],
  "aws:ecs/cluster:Cluster": (name) => [`ecs:cluster/${name}`, `ecs:task/${name}/*`],
};

/** What no program owns: the account's catalog and its default bus of events, devices and their topics, rules that Step Functions makes for itself. */
const ALWAYS = [
  "glue:catalog",
  "athena:datacatalog/AwsDataCatalog",
  "iot:thing/*",
  "iot:cert/*",
  "iot:topic/*",
  "iot:topicfilter/*",
  "iot:client/*",
  "events:rule/StepFunctionsGetEvents*",
  "events:event-bus/default",
  "logs:log-group:AWSIotLogs*",
  "logs:log-group:/aws-glue/*",
  "logs:log-group:/aws/sagemaker/*",
];

/** A test of whether the stack owns the resource of an ARN in a policy, or names it elsewhere than in its policies. */
export function ownedArns(stack: StackView): (arn: string) => boolean {
  const { owned, whole, tokens, open } = stack.memo("owned ARNs", () => gather(stack));
  const known = new Map<string, boolean>();
  return (arn) => {
    let answer = known.get(arn);
    if (answer === undefined) known.set(arn, (answer = find(arn)));
    return answer;
  };

  function find(arn: string): boolean {
    const parts = parseArn(arn);
    if (parts === undefined || whole.has(arn)) return true;
    if (owned.meets(`${parts.service}:${parts.resource}`)) return true;
    const name = parts.resource.split(/[/:]/).at(-1)!;
    // A resource of the user's own, named by an argument: a customer's bucket, key or function.
    return tokens.has(parts.service === "s3" ? parts.resource.split("/")[0]! : name) || open;
  }
}

interface Gathered {
  owned: Patterns;
  /** texts of arguments */
  whole: ReadonlySet<string>;
  /** names in them */
  tokens: ReadonlySet<string>;
  /** whether there is a resource whose name is not known: it may be the one */
  open: boolean;
}

function gather(stack: StackView): Gathered {
  const owned = new Patterns();
  for (const own of ALWAYS) owned.add(own);
  const whole = new Set<string>();
  const tokens = new Set<string>();
  let open = false;
  for (const view of stack.all) {
    const form = FORMS[view.type];
    if (form !== undefined) {
      const name = physicalName(view);
      if (name === undefined) open = true;
      else for (const own of form(name, view.raw)) owned.add(own);
    }
    const arn: unknown = view.plain.arn;
    const texts = typeof arn === "string" && !isUnknown(arn) ? [arn] : [];
    if (view.type.startsWith("aws:") && !view.type.startsWith("aws:iam/")) {
      const { policy, policyDocument, resourcePolicy, code, ...others } = view.plain;
      void [policy, policyDocument, resourcePolicy];
      // A transform's definition names the functions that its activities call, whoever owns them.
      textsOf([others, jsonFileTexts(code)], texts);
    }
    for (const text of texts.flatMap(withinDocument)) {
      whole.add(text);
      for (const token of text.split(/[^A-Za-z0-9_.-]+/)) {
        if (token.length < 3) continue;
        tokens.add(token);
        // BUCKET.s3.REGION.amazonaws.com
        const host = token.indexOf(".s3");
        if (host > 0) tokens.add(token.slice(0, host));
      }
    }
  }
  return { owned, whole, tokens, open };
}

/** The longest text that is a name or holds some. */
const LONGEST = 2048;

/** A long text's parts if it is a JSON document, such as the definition of a state machine, which names what it uses; else nothing. */
function withinDocument(text: string): string[] {
  if (text.length < LONGEST) return [text];
  try {
    return textsOf(JSON.parse(text), []).filter((part) => part.length < LONGEST);
  } catch {
    return [];
  }
}

/** Patterns in which * stands for any text, found by what stands before it: there is one for each of thousands of resources. */
class Patterns {
  private readonly literal = new Set<string>();
  private readonly byHead = new Map<string, string[]>();
  private sorted: string[] | undefined;

  add(pattern: string): void {
    const head = headOf(pattern);
    if (head === pattern) this.literal.add(pattern);
    const own = this.byHead.get(head);
    if (own === undefined) this.byHead.set(head, [pattern]);
    else own.push(pattern);
    this.sorted = undefined;
  }

  /** Whether one of them can name what `other` does. */
  meets(other: string): boolean {
    if (this.literal.has(other)) return true;
    const head = headOf(other);
    // Those that begin with a part of it, ...
    for (let length = head.length; length >= 0; length--) if (this.some(head.slice(0, length), other)) return true;
    if (head === other) return false;
    // ... and those that begin with all of it and go on.
    this.sorted ??= [...this.byHead.keys()].sort();
    for (let at = lowerBound(this.sorted, head); at < this.sorted.length && this.sorted[at]!.startsWith(head); at++)
      if (this.some(this.sorted[at]!, other)) return true;
    return false;
  }

  private some(head: string, other: string): boolean {
    return this.byHead.get(head)?.some((pattern) => overlap(pattern, other)) ?? false;
  }
}

function lowerBound(sorted: readonly string[], value: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
