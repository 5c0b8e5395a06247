import { ACCOUNT } from "../core/model";
import type { Invocation, LambdaFunction } from "../services/lambda/function";
import { Refusal } from "./refusal";
import type { Route } from "./route";

/** Invoke of Lambda, synchronous: what the SDK of a function, or a person's, calls. */
export function lambdaRoutes(functions: ReadonlyMap<string, LambdaFunction>, region: string): Route[] {
  return [
    {
      name: "Invoke (POST /2015-03-31/functions/NAME/invocations)",
      method: "POST",
      path: /^\/2015-03-31\/functions\/([^/]+)\/invocations$/,
      signedFor: ["lambda"],
      bodyLimit: 6_291_556,
      internalError: "ServiceException",
      answer: async ({ url, headers, principal, parameters, body }) => {
        const type = headers["x-amz-invocation-type"] ?? "RequestResponse";
        if (type !== "RequestResponse")
          throw new Refusal(
            501,
            "NotImplementedException",
            `the invocation type ${String(type)} is not part of the local cloud, which calls synchronously`,
          );
        const target = targetOf(parameters[0] as string, region);
        const qualifier = url.searchParams.get("Qualifier") ?? target.qualifier;
        const arn = `arn:aws:lambda:${region}:${ACCOUNT}:function:${target.name}`;
        const called = functions.get(target.name);
        if (called === undefined || (qualifier !== undefined && qualifier !== "$LATEST"))
          throw new Refusal(
            404,
            "ResourceNotFoundException",
            `Function not found: ${arn}${qualifier === undefined ? "" : `:${qualifier}`}`,
          );
        const event = (await body()).toString("utf8");
        checkJson(event);
        const invocation = await called.invoke(
          principal,
          qualifier === undefined ? arn : `${arn}:${qualifier}`,
          event === "" ? "{}" : event,
        );
        return answerOf(invocation);
      },
    },
  ];
}

/** A function is named by its name, its ARN or a part of it. */
function targetOf(text: string, region: string): { name: string; qualifier?: string } {
  const match =
    /^(?:arn:aws:lambda:([^:]+):)?(?:(\d{12}):)?(?:function:)?([a-zA-Z0-9_-]{1,64})(?::([a-zA-Z0-9$_-]+))?$/.exec(text);
  if (match === null)
    throw new Refusal(400, "InvalidParameterValueException", `${text} is neither the name nor the ARN of a function`);
  const [, place, account, name, qualifier] = match;
  if ((place ?? region) !== region || (account ?? ACCOUNT) !== ACCOUNT)
    throw new Refusal(404, "ResourceNotFoundException", `Function not found: ${text}`);
  return { name: name as string, qualifier };
}

function checkJson(event: string): void {
  if (event === "") return;
  try {
    JSON.parse(event);
  } catch (error) {
    throw new Refusal(
      400,
      "InvalidRequestContentException",
      `Could not parse request body into json: ${(error as Error).message}`,
    );
  }
}

function answerOf(invocation: Invocation): { status: number; body: string; headers: Record<string, string> } {
  const headers = { "x-amz-executed-version": "$LATEST" };
  if (invocation.ok) return { status: 200, body: invocation.payload, headers };
  if (invocation.error === "Lambda.InvokeAccessDenied")
    throw new Refusal(403, "AccessDeniedException", invocation.message);
  // Lambda answers 200 and says in a header that the payload is an error.
  const { errorType, errorMessage } = invocation;
  return {
    status: 200,
    body: JSON.stringify({ errorType, errorMessage }),
    headers: { ...headers, "x-amz-function-error": "Unhandled" },
  };
}
