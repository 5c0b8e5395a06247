import { noPlainSecret } from "../../../../policies/rules/exposure/no-plain-secret";
import { spec } from "../../spec";

spec(noPlainSecret, {
  messages: {
    "transform: a password in a variable": [
      "transform (aws:lambda:Function), environment.variables.DB_PASSWORD: saw a literal value; an environment variable holds no secret; hand on the ARN of the secret, and read it at run time",
    ],
    "transform: an API key in a variable": [
      "transform (aws:lambda:Function), environment.variables.WEATHER_API_KEY: saw a literal value; an environment variable holds no secret; hand on the ARN of the secret, and read it at run time",
    ],
    "transform: an access key under a harmless name": [
      "transform (aws:lambda:Function), environment.variables.SOURCE: saw an access key of AWS; an environment variable holds no secret; hand on the ARN of the secret, and read it at run time",
    ],
    "transform: a URL with a password": [
      "transform (aws:lambda:Function), environment.variables.SOURCE: saw a URL with a password; an environment variable holds no secret; hand on the ARN of the secret, and read it at run time",
    ],
    "transform: a connection string": [
      "transform (aws:lambda:Function), environment.variables.SOURCE: saw a connection string with a password; an environment variable holds no secret; hand on the ARN of the secret, and read it at run time",
    ],
    "transform: a private key": [
      "transform (aws:lambda:Function), environment.variables.CERT: saw a private key; an environment variable holds no secret; hand on the ARN of the secret, and read it at run time",
    ],
    "transform: a token of GitHub": [
      "transform (aws:lambda:Function), environment.variables.REPO: saw a token of GitHub; an environment variable holds no secret; hand on the ARN of the secret, and read it at run time",
    ],
    "stream: an access key in a tag": [
      "stream (aws:kinesis:Stream), tags.note: saw an access key of AWS; a secret does not stand in plain text in the program's resources; read it from Secrets Manager",
    ],
    "machine: a password in a definition": [
      "machine (aws:sfn:StateMachine), definition: saw a URL with a password; a secret does not stand in plain text in the program's resources; read it from Secrets Manager",
    ],
    "a parameter in plain": [
      'parameter (aws:ssm:Parameter), type: saw "String"; a parameter that holds a secret is a SecureString; set "SecureString"',
    ],
    "a password of a replication endpoint": [
      "source (aws:dms:Endpoint), password: saw a password; a password is read from Secrets Manager; use secretsManagerArn and secretsManagerAccessRoleArn",
    ],
    "a connection of Glue": [
      "connection (aws:glue:Connection), connectionProperties.PASSWORD: saw a literal value; a setting holds no secret; hand on the ARN of the secret, and read it at run time",
    ],
    "a certificate whose key is in the state": [
      "certificate (aws:iot:Certificate), csr: saw nothing; without a request of its own the certificate's private key is kept in the stack's state; give a CSR, or use fleet provisioning",
    ],
    "a key of a delivery's endpoint": [
      "out (aws:kinesis:FirehoseDeliveryStream), httpEndpointConfiguration.accessKey: saw a secret in plain; a destination's secret is read from Secrets Manager; use secretsManagerConfiguration",
    ],
    "schedule: a password in a schedule's input": [
      "schedule (aws:scheduler:Schedule), target.input: saw a JSON text with a password; a secret does not stand in plain text in the program's resources; read it from Secrets Manager",
    ],
  },
  unknown: {
    of: "transform",
    property: "environment",
    says: "transform (aws:lambda:Function), environment: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
