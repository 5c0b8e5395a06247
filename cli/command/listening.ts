import { UserError } from "./run";

/** The option that chooses a port which could not be opened. */
export function portOption(
  port: number | undefined,
  ports: { mqtt?: number | undefined; mqtts?: number | undefined; page?: number },
): string {
  if (port !== undefined && port === ports.page) return "--page-port";
  if (port === ports.mqtt) return "--mqtt-port";
  return port === ports.mqtts ? "--mqtts-port" : "--http-port";
}

/** Opens ports by `open`. @throws UserError for one that cannot be opened */
export async function listening<T>(ports: Parameters<typeof portOption>[1], open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    const { code, port } = error as NodeJS.ErrnoException & { port?: number };
    if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    const option = portOption(port, ports);
    throw new UserError([
      code === "EADDRINUSE"
        ? `Port ${port} of 127.0.0.1 is in use by another program (${option}). Stop that program, or choose a port: ${option} 0 takes a free one.`
        : `Port ${port} of 127.0.0.1 may not be opened by this user (${option}). Choose a port above 1023.`,
    ]);
  }
}
