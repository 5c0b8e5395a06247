/** StartExecution was refused. */
export class StartRefused extends Error {}
