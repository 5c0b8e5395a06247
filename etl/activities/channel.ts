import type { ChannelActivity } from "../documents/model/types";
import type { Step } from "./step";

/** The source. A message without attributes is not stored, so it need not go on. */
export function compileChannel({ name }: ChannelActivity): Step {
  const filtered = { result: "filtered", at: name } as const;
  return (message) => (message.count === 0 ? filtered : undefined);
}
