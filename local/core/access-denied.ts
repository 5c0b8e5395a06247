/** The text of AWS's AccessDenied errors, with the statement that decided. */
export function notAuthorized(principal: string, action: string, resource: string, decidedBy: string): string {
  return `${principal} is not authorized to perform: ${action} on resource: ${resource} (${decidedBy})`;
}
