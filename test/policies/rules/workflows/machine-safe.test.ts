import { machineSafe } from "../../../../policies/rules/workflows/machine-safe";
import { spec } from "../../spec";

spec(machineSafe, {
  messages: {
    "machine: no log": [
      'machine (aws:sfn:StateMachine), loggingConfiguration: saw nothing; a state machine logs its failures; set level "ERROR" and logDestination with :*',
    ],
    "machine: a log that is off": [
      'machine (aws:sfn:StateMachine), loggingConfiguration: saw {"level":"OFF","includeExecutionData":true,"logDestination":"arn:aws:logs:eu-central-1:123456789012:log-group:/aws/ve...; a state machine logs its failures; set level "ERROR" and logDestination with :*',
    ],
    "machine: a task without an end": [
      "machine (aws:sfn:StateMachine), definition.States.Query.TimeoutSeconds: saw nothing; a task ends by a timeout; set TimeoutSeconds",
    ],
    "machine: EXPRESS that waits": [
      'machine (aws:sfn:StateMachine), definition.States.Query.Resource: saw "arn:aws:states:::athena:startQueryExecution.sync"; an EXPRESS machine cannot wait for a job; set type "STANDARD"',
    ],
    "machine: no JSON": [
      'machine (aws:sfn:StateMachine), definition: saw "{"; a definition is JSON; write it with JSON.stringify',
    ],
    "machine: results of a distributed map nowhere": [
      "machine (aws:sfn:StateMachine), definition.States.Map.ResultWriter: saw nothing; results of a distributed map go to S3, for all of them may have 256 KB; set ResultWriter",
    ],
    "machine: ten thousand at once": [
      "machine (aws:sfn:StateMachine), definition.States.Map.MaxConcurrency: saw nothing; ten thousand children at once take the live pipeline's concurrency; set it, for example 20",
    ],
    "machine: more than all may fail": [
      "machine (aws:sfn:StateMachine), definition.States.Map.ToleratedFailurePercentage: saw 150; it is 0 to 100; set it so",
    ],
    "machine: a label with a blank": [
      'machine (aws:sfn:StateMachine), definition.States.Map.Label: saw "my map"; a label has at most 40 characters, none of them special; shorten it',
    ],
  },
  unknown: {
    of: "machine",
    property: "loggingConfiguration",
    says: "machine (aws:sfn:StateMachine), loggingConfiguration: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
