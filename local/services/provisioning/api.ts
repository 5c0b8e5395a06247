import type {
  DescribeProvisioningTemplateRequest,
  DescribeProvisioningTemplateResponse,
  ListProvisioningTemplatesRequest,
  ListProvisioningTemplatesResponse,
  RegisterThingRequest,
  RegisterThingResponse,
} from "@aws-sdk/client-iot";
import { ApiError, operation, type Operation } from "../../api";
import { page } from "../things/api";
import { provision, rejection } from "./provision";
import type { Provisioner } from "./provisioner";
import { readTemplate } from "./template";
import type { Devices } from "../iot/device-side";

/** Provisioning templates of the program, and the registration of a thing by the body of a template. */
export function provisioningOperations(services: {
  devices: Devices;
  provisioner: Provisioner;
}): Record<string, Operation<never>> {
  return {
    ListProvisioningTemplates: operation<ListProvisioningTemplatesRequest, ListProvisioningTemplatesResponse>({
      takes: ["maxResults", "nextToken"],
      permissions: () => [{ action: "iot:ListProvisioningTemplates", resource: "*" }],
      answer: ({ input }) => {
        const all = [...services.provisioner.templates.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
        const { items, nextToken } = page(all, ({ name }) => name, input);
        return {
          templates: items.map(({ name, arn, description, enabled, type }) => ({
            ...{ templateName: name, templateArn: arn, description, enabled },
            type: type as "FLEET_PROVISIONING",
          })),
          nextToken,
        };
      },
    }),
    DescribeProvisioningTemplate: operation<DescribeProvisioningTemplateRequest, DescribeProvisioningTemplateResponse>({
      takes: ["templateName"],
      permissions: ({ templateName }) => [
        {
          action: "iot:DescribeProvisioningTemplate",
          resource: services.devices.arn(`provisioningtemplate/${templateName}`),
        },
      ],
      answer: ({ input: { templateName } }) => {
        const found = services.provisioner.templates.get(templateName!);
        if (found === undefined)
          throw new ApiError(404, "ResourceNotFoundException", `Template ${templateName} not found.`);
        const { name, arn, body, description, enabled, type, roleArn, hook } = found;
        return {
          ...{ templateName: name, templateArn: arn, templateBody: body, description, enabled },
          ...{ defaultVersionId: 1, provisioningRoleArn: roleArn, preProvisioningHook: hook },
          type: type as "FLEET_PROVISIONING",
        };
      },
    }),
    RegisterThing: operation<RegisterThingRequest, RegisterThingResponse>({
      takes: ["templateBody", "parameters"],
      permissions: () => [{ action: "iot:RegisterThing", resource: "*" }],
      note: "what the template makes is decided by the caller's policies",
      answer: ({ input: { templateBody, parameters }, authorize }) => {
        const template = readTemplate(templateBody!);
        if (Array.isArray(template)) {
          const [{ path, message }] = template as [{ path: string; message: string }];
          throw new ApiError(
            400,
            "InvalidRequestException",
            `templateBody${path === "" ? "" : `.${path}`}: ${message}`,
          );
        }
        try {
          const { certificate, arns } = provision(template, parameters ?? {}, services.devices, (action, resource) =>
            authorize({ action, resource }),
          );
          return {
            certificatePem: certificate?.pem,
            resourceArns: Object.fromEntries(
              Object.entries(arns).filter((pair): pair is [string, string] => pair[1] !== undefined),
            ),
          };
        } catch (error) {
          const told = rejection(error);
          if (told === undefined) throw error;
          const names: Record<string, string> = {
            InvalidParameters: "InvalidRequestException",
            ResourceConflict: "ConflictingResourceUpdateException",
          };
          throw new ApiError(told.statusCode, names[told.errorCode] ?? `${told.errorCode}Exception`, told.errorMessage);
        }
      },
    }),
  };
}
