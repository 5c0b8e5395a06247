import { PolicyPack } from "@pulumi/policy";
import { policies } from "./pack";

new PolicyPack("iot-telemetry-etl", { enforcementLevel: "mandatory", policies });
