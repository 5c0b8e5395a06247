/** The name of the function that a mapping names: by its name or its ARN, with $LATEST or without, since there are no versions here. */
export function functionNameOf(text: unknown): string {
  const match = /^(?:arn:aws:lambda:[^:]+:\d{12}:function:)?([^:]+)(?::\$LATEST)?$/.exec(String(text));
  return match?.[1] ?? String(text);
}
