import { isRecord } from "../../../aws/text/record";

/** How a container runs in the local cloud: what `containers.NAME` of the stack's configuration says of it. */
export interface LocalContainer {
  /** program and arguments of a process; with docker or podman, arguments of the image */
  command?: readonly string[];
  /** folder of the process, absolute or relative to the project's */
  cwd?: string;
  /** default process */
  runtime?: "process" | "docker" | "podman";
  /** image for docker or podman. Default: the task definition's */
  localImage?: string;
}

/** The setting of a stack that says how its containers run. */
export const LOCAL_CONTAINERS = "containers";

/**
 * The containers in the text of the setting, by name. What has another shape is left out: the program reports it.
 * @param text JSON
 */
export function localContainersIn(text: string | undefined): Record<string, LocalContainer> {
  let given: unknown;
  try {
    given = JSON.parse(text ?? "{}");
  } catch {
    return {};
  }
  return Object.fromEntries(
    Object.entries(isRecord(given) ? given : {}).flatMap(([name, value]) =>
      isRecord(value) ? [[name, containerOf(value)]] : [],
    ),
  );
}

function containerOf({ command, cwd, runtime, localImage }: Record<string, unknown>): LocalContainer {
  const container: LocalContainer = {};
  if (Array.isArray(command) && command.every((part) => typeof part === "string")) container.command = command;
  if (typeof cwd === "string") container.cwd = cwd;
  if (runtime === "process" || runtime === "docker" || runtime === "podman") container.runtime = runtime;
  if (typeof localImage === "string") container.localImage = localImage;
  return container;
}
