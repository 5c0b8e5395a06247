import { TYPES } from "../../core/model";
import type { Handler } from "../../resources/handler";
import { arn, block, checked, number, refused, replaces, required, text } from "../../resources/properties";

const QUEUE = block({ destination: required(arn("sqs")) });

/**
 * How a function's asynchronous events are processed.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
 */
export const eventInvokeConfig: Handler = {
  type: TYPES.eventInvokeConfig,
  properties: {
    functionName: replaces(required(text())),
    maximumEventAgeInSeconds: number(60, 21_600),
    maximumRetryAttempts: number(0, 2),
    destinationConfig: block({ onFailure: QUEUE, onSuccess: QUEUE }),
    qualifier: refused("functions have no versions here; leave it out", "$LATEST"),
    region: checked(text()),
  },
  references: ({ functionName, destinationConfig = {} }, declared, report) => {
    declared.require(TYPES.function, functionName, "function", "functionName", report);
    for (const kind of ["onFailure", "onSuccess"]) {
      const at = `destinationConfig.${kind}.destination`;
      declared.require(TYPES.queue, destinationConfig[kind]?.destination, "queue", at, report);
    }
  },
  plan: (inputs) => ({
    id: inputs.functionName,
    outputs: { maximumRetryAttempts: inputs.maximumRetryAttempts ?? 2 },
  }),
};
