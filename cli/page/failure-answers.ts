import type { Deployed } from "../start/deployed";
import { textOf, wrong } from "./answers";
import { failuresOf, SHOWN, summaryOf, type Failure } from "./failures";
import { PipelineTrial, replaysOf, type Tried } from "./retry";

/** The folder of messages that failed in the pipeline itself; others hold what the pipeline had made of them. */
const IN_PIPELINE = "processing-failed";

/**
 * The failed messages, the newest first. `reason` is the pipeline's own where that can be found by trying the message again, for AWS's envelope
 * does not have it; `now` says what would become of the message.
 */
export async function failureList(deployed: Deployed): Promise<object> {
  const { failures, more } = failuresOf(deployed);
  const trials = new Map<string, PipelineTrial | undefined>();
  const messages: object[] = [];
  for (const failure of failures) {
    const key = `${failure.kind} ${failure.name}`;
    if (isTryable(failure) && !trials.has(key)) trials.set(key, trialOf(deployed, failure));
    const trial = isTryable(failure) ? trials.get(key) : undefined;
    // One that calls functions is tried when somebody asks for it.
    const now = trial === undefined || trial.asynchronous ? undefined : await trial.take(failure.data);
    messages.push({
      ...summaryOf(failure),
      reason: now?.reason ?? failure.reason,
      ...(now?.at !== undefined && { step: now.at }),
      ...(now !== undefined && { now: now.result }),
      tryable: trial !== undefined,
    });
  }
  return { messages, more, shown: SHOWN, replays: replaysOf(deployed) };
}

/** A failed message with all of its bytes. @throws Refusal if it is not kept any more */
export function failureDetail(deployed: Deployed, id: string): object {
  const { data, ...failure } = found(deployed, id);
  return { ...failure, base64: data.toString("base64") };
}

/**
 * Tries a message in the pipeline that runs: `data` is base64, `kind` and `name` say in which.
 * @throws Refusal
 */
export function tryMessage(deployed: Deployed, body: Record<string, unknown>): Promise<Tried> {
  const trial = new PipelineTrial(deployed, textOf(body, "kind"), textOf(body, "name"));
  return trial.take(Buffer.from(textOf(body, "data"), "base64"));
}

function isTryable({ kind, step }: Failure): boolean {
  return kind !== "rule" && step === IN_PIPELINE;
}

function trialOf(deployed: Deployed, { kind, name }: Failure): PipelineTrial | undefined {
  try {
    return new PipelineTrial(deployed, kind, name);
  } catch {
    // A program of somebody's own may transform by a function of its own, which is no pipeline of documents.
    return undefined;
  }
}

function found(deployed: Deployed, id: string): Failure {
  const failure = failuresOf(deployed).failures.find((each) => each.id === id);
  if (failure === undefined) throw wrong("the message is not kept any more, or newer ones are in its place", 404);
  return failure;
}
