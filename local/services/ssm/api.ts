import type {
  GetParameterRequest,
  GetParameterResult,
  GetParametersRequest,
  GetParametersResult,
  Parameter,
  PutParameterRequest,
  PutParameterResult,
} from "@aws-sdk/client-ssm";
import { ApiError, operation, type ServiceApi } from "../../api";
import { ACCOUNT } from "../../core/model";
import { ParameterError, type Parameters } from "./parameters";

/** What the API of the Parameter Store works on. */
export interface ParameterServices {
  region: string;
  parameters: Parameters;
}

/** Systems Manager's Parameter Store, with the parameters that the program declares. */
export function ssmApi(services: ParameterServices): ServiceApi {
  const described = (principal: string, action: "ssm:GetParameter" | "ssm:GetParameters", name: string): Parameter => {
    const { Value, Version } = told(() => services.parameters.get(principal, name, action));
    const ARN = `arn:aws:ssm:${services.region}:${ACCOUNT}:parameter/${name.replace(/^\//, "")}`;
    return { Name: name, Type: "String", Value, Version, ARN, DataType: "text" };
  };
  return {
    service: "ssm",
    notes: ["Parameters are of the type String, and those that the program declares."],
    operations: {
      GetParameter: operation<GetParameterRequest, GetParameterResult>({
        takes: ["Name"],
        ignores: { WithDecryption: "there is nothing to decrypt in a String" },
        // Decided where the store is read.
        permissions: () => [],
        answer: ({ input: { Name }, caller }) => ({
          Parameter: described(caller.principal, "ssm:GetParameter", Name!),
        }),
      }),
      GetParameters: operation<GetParametersRequest, GetParametersResult>({
        takes: ["Names"],
        ignores: { WithDecryption: "there is nothing to decrypt in a String" },
        permissions: () => [],
        answer: ({ input: { Names = [] }, caller }) => {
          const Parameters: Parameter[] = [];
          const InvalidParameters: string[] = [];
          for (const name of Names)
            try {
              Parameters.push(described(caller.principal, "ssm:GetParameters", name));
            } catch (error) {
              if (!(error instanceof ApiError) || error.code !== "ParameterNotFound") throw error;
              InvalidParameters.push(name);
            }
          return { Parameters, InvalidParameters };
        },
      }),
      PutParameter: operation<PutParameterRequest, PutParameterResult>({
        takes: ["Name", "Value", "Overwrite", "Type"],
        permissions: () => [],
        note: "overwrites a parameter that the program declares; it makes none",
        answer: ({ input: { Name, Value, Overwrite, Type }, caller }) => {
          if (Type !== undefined && Type !== "String")
            throw new ApiError(400, "UnsupportedParameterType", `the type ${Type} is not part of the local cloud`);
          if (Overwrite !== true)
            throw new ApiError(
              400,
              "ParameterAlreadyExists",
              "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
            );
          const { Version } = told(() => services.parameters.put(caller.principal, Name!, Value!));
          return { Version, Tier: "Standard" };
        },
      }),
    },
  };
}

function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ParameterError)) throw error;
    const code = error.code === "AccessDenied" ? "AccessDeniedException" : error.code;
    throw new ApiError(400, code, error.message);
  }
}
