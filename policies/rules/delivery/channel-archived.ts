import { block, blocks } from "../../../aws/values";
import type { StackRule } from "../../framework/rule";
import type { View } from "../../framework/view";
import { DELIVERY, MAPPING, namesResource, RULE, STREAM } from "../../graph/links";

export const channelArchived: StackRule = {
  id: "channel-archived",
  group: "delivery",
  title:
    "A stream that topic rules write has an archive of the raw messages, its rules depend on all its readers, and it has at most five readers.",
  rationale:
    "A delivery stream starts at the latest record: messages that arrive before it exists never reach the archive and cannot be reprocessed.",
  severity: "critical",
  level: "mandatory",
  remediation: "Add a delivery stream to S3 without transformation, and dependsOn at the rule.",
  page: "https://docs.aws.amazon.com/firehose/latest/dev/writing-with-kinesis-streams.html",
  checkStack(stack, found) {
    for (const stream of stack.of(STREAM)) {
      const isStream = (value: unknown): boolean => typeof value === "string" && namesResource(value, stream);
      const madeFrom = (view: View, property: string): boolean =>
        (view.references[property] ?? []).includes(stream.urn);
      const readers = stack
        .of(DELIVERY)
        .filter(
          (view) =>
            isStream(block(view.raw.kinesisSourceConfiguration)?.kinesisStreamArn) ||
            madeFrom(view, "kinesisSourceConfiguration"),
        );
      const rules = stack
        .of(RULE)
        .filter(
          (view) =>
            blocks(view.raw.kineses).some(([, { streamName }]) => isStream(streamName)) || madeFrom(view, "kineses"),
        );
      if (rules.length > 0 && !readers.some(archives))
        found
          .on(stream)
          .add(
            "",
            "no delivery stream that archives it",
            "raw messages are archived as they came",
            "add a delivery stream to S3 without conversion and without a function",
          );
      for (const rule of rules)
        for (const reader of readers)
          if (!reaches(rule, reader))
            found
              .on(rule)
              .add(
                "",
                `no dependency on ${reader.name}`,
                `${reader.name} starts at the latest record, so the rule waits for it`,
                `add dependsOn: [${reader.name}]`,
              );
      const functions = stack.of(MAPPING).filter((view) => isStream(view.raw.eventSourceArn)).length;
      if (readers.length + functions > 5)
        found
          .on(stream)
          .add(
            "",
            `${readers.length + functions} consumers`,
            "a shard answers five reads a second",
            "join consumers, or give functions enhanced fan-out",
          );
    }
    function reaches(view: View, target: View, seen = new Set<View>()): boolean {
      if (seen.has(view)) return false;
      seen.add(view);
      // A dependency on a component is one on its children.
      return view.dependencies.some((urn) => {
        const next = stack.at(urn);
        return urn === target.urn || urn === target.parent || (next !== undefined && reaches(next, target, seen));
      });
    }
  },
};

function archives({ raw }: View): boolean {
  const s3 = block(raw.extendedS3Configuration);
  const processors = blocks(block(s3?.processingConfiguration)?.processors).map(([, { type }]) => type as unknown);
  return (
    s3 !== undefined && block(s3.dataFormatConversionConfiguration) === undefined && !processors.includes("Lambda")
  );
}
