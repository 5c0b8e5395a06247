export { FleetDevice, backoff, type DeviceEvents } from "./device";
export { Enrolment, NoSuchFleet, type FleetNames } from "./enrolment";
export { KeyFolder, newRequest, type Credentials, type DeviceIdentity } from "./keys";
export { ProvisioningClient, ProvisioningError, type FleetEndpoint } from "./provisioning";
