import type { Operation, ServiceApi } from "../../../api";
import { thingOperations, type ThingServices } from "../../things/api";
import type { Devices } from "../device-side";
import { certificateOperations } from "./certificates";
import { groupOperations } from "./groups";
import { policyOperations } from "./policies";
import { ruleOperations } from "./rules";

/** What the operations of IoT Core's control plane work on. */
export interface IotServices extends ThingServices {
  devices: Devices;
}

/**
 * IoT Core's control plane: topic rules as they are declared, the thing registry, certificates and policies of devices, addresses.
 * @param more operations of parts that build on these
 */
export function iotApi(services: IotServices, more: Record<string, Operation<never>> = {}): ServiceApi {
  return {
    service: "iot",
    notes: [
      "Topic rules, thing types, thing groups and provisioning templates are those that the program declares. Certificates are signed by the authority of the data folder; private keys are not kept. What a call attaches stays until a call detaches it, and what the program attaches is detached there.",
    ],
    operations: {
      ...thingOperations(services),
      ...ruleOperations(services),
      ...certificateOperations(services),
      ...policyOperations(services),
      ...groupOperations(services),
      ...more,
    },
  };
}
