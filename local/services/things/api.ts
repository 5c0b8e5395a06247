import type {
  CreateThingRequest,
  CreateThingResponse,
  DeleteThingRequest,
  DescribeEndpointRequest,
  DescribeEndpointResponse,
  DescribeThingRequest,
  DescribeThingResponse,
  DescribeThingTypeRequest,
  DescribeThingTypeResponse,
  ListThingsRequest,
  ListThingsResponse,
  ListThingTypesRequest,
  ListThingTypesResponse,
  UpdateThingRequest,
} from "@aws-sdk/client-iot";
import { ApiError, operation, pageOf, type Operation, type Permission } from "../../api";
import { ACCOUNT, ofType, TYPES, type Resource } from "../../core/model";
import { ThingError, type ThingDescription, type Things } from "./registry";

/** What the operations on things work on. */
export interface ThingServices {
  region: string;
  things: Things;
  resources: readonly Resource[];
  /** `HOST:PORT` of the HTTP endpoint, once it listens */
  httpHost(): string;
}

/** Things of a page, as AWS's default and limit. */
const PAGE = 250;

/** The thing registry of IoT Core: things are made, changed, listed and deleted as by any SDK. */
export function thingOperations(services: ThingServices): Record<string, Operation<never>> {
  const { region } = services;
  const on = (action: string, thing: string | undefined): Permission[] => [
    {
      action: `iot:${action}`,
      resource: thing === undefined ? "*" : `arn:aws:iot:${region}:${ACCOUNT}:thing/${thing}`,
    },
  ];
  return {
    DescribeEndpoint: operation<DescribeEndpointRequest, DescribeEndpointResponse>({
      takes: ["endpointType"],
      permissions: () => on("DescribeEndpoint", undefined),
      note: "answers host and port of the local cloud's HTTP endpoint; call it with http://",
      answer: ({ input: { endpointType = "iot:Data-ATS" } }) => {
        if (endpointType !== "iot:Data-ATS" && endpointType !== "iot:Data")
          throw invalid(`the endpoint type ${endpointType} is not part of the local cloud, which has iot:Data-ATS`);
        return { endpointAddress: services.httpHost() };
      },
    }),
    DescribeThing: operation<DescribeThingRequest, DescribeThingResponse>({
      takes: ["thingName"],
      permissions: ({ thingName }) => on("DescribeThing", thingName),
      answer: ({ input: { thingName } }) => {
        const description = services.things.describe(thingName!);
        if (description === undefined)
          throw new ApiError(404, "ResourceNotFoundException", `Thing ${thingName} not found.`);
        return description;
      },
    }),
    CreateThing: operation<CreateThingRequest, CreateThingResponse>({
      takes: ["thingName", "thingTypeName", "attributePayload"],
      permissions: ({ thingName }) => on("CreateThing", thingName),
      answer: ({ input: { thingName, thingTypeName, attributePayload } }) => {
        const made = told(() =>
          services.things.create(thingName!, { thingTypeName, attributes: attributePayload?.attributes ?? {} }),
        );
        return { thingName, thingArn: made.thingArn, thingId: made.thingId };
      },
    }),
    UpdateThing: operation<UpdateThingRequest, object>({
      takes: ["thingName", "thingTypeName", "attributePayload", "expectedVersion", "removeThingType"],
      permissions: ({ thingName }) => on("UpdateThing", thingName),
      answer: ({ input: { thingName, thingTypeName, attributePayload, expectedVersion, removeThingType } }) => {
        if (removeThingType === true && thingTypeName !== undefined)
          throw invalid("removeThingType is true and thingTypeName names one; give one of them");
        const { attributes, merge = false } = attributePayload ?? {};
        const type = removeThingType === true ? null : thingTypeName;
        const change = { thingTypeName: type, attributes, merge, expectedVersion };
        told(() => services.things.update(thingName!, change));
        return {};
      },
    }),
    DeleteThing: operation<DeleteThingRequest, object>({
      takes: ["thingName", "expectedVersion"],
      permissions: ({ thingName }) => on("DeleteThing", thingName),
      answer: ({ input: { thingName, expectedVersion } }) => {
        told(() => services.things.delete(thingName!, expectedVersion));
        return {};
      },
    }),
    ListThings: operation<ListThingsRequest, ListThingsResponse>({
      takes: ["maxResults", "nextToken", "thingTypeName", "attributeName", "attributeValue"],
      permissions: () => on("ListThings", undefined),
      answer: ({ input }) => {
        const found = services.things.list().filter((thing) => isWanted(thing, input));
        const { items, nextToken } = page(found, (thing) => thing.thingName, input);
        const things = items.map(({ thingName, thingTypeName, thingArn, attributes, version }) => ({
          thingName,
          thingTypeName,
          thingArn,
          attributes,
          version,
        }));
        return { things, nextToken };
      },
    }),
    ListThingTypes: operation<ListThingTypesRequest, ListThingTypesResponse>({
      takes: ["maxResults", "nextToken", "thingTypeName"],
      permissions: () => on("ListThingTypes", undefined),
      answer: ({ input }) => {
        const types = thingTypes(services).filter(
          ({ thingTypeName }) => input.thingTypeName === undefined || thingTypeName === input.thingTypeName,
        );
        const { items, nextToken } = page(types, (type) => type.thingTypeName!, input);
        return { thingTypes: items, nextToken };
      },
    }),
    DescribeThingType: operation<DescribeThingTypeRequest, DescribeThingTypeResponse>({
      takes: ["thingTypeName"],
      permissions: ({ thingTypeName }) => [
        { action: "iot:DescribeThingType", resource: typeArn(region, thingTypeName!) },
      ],
      answer: ({ input: { thingTypeName } }) => {
        const found = thingTypes(services).find((type) => type.thingTypeName === thingTypeName);
        if (found === undefined)
          throw new ApiError(404, "ResourceNotFoundException", `ThingType ${thingTypeName} not found.`);
        return found;
      },
    }),
  };
}

function isWanted(thing: ThingDescription, input: ListThingsRequest): boolean {
  const { thingTypeName, attributeName, attributeValue } = input;
  if (thingTypeName !== undefined && thing.thingTypeName !== thingTypeName) return false;
  if (attributeName === undefined) return true;
  if (!Object.hasOwn(thing.attributes, attributeName)) return false;
  return attributeValue === undefined || thing.attributes[attributeName] === attributeValue;
}

/** Those that the program declares; no call makes others. */
function thingTypes({ resources, region }: ThingServices): DescribeThingTypeResponse[] {
  return ofType(resources, TYPES.thingType)
    .map(({ inputs }) => ({
      thingTypeName: inputs.name as string,
      thingTypeArn: typeArn(region, inputs.name),
      thingTypeProperties: {
        thingTypeDescription: inputs.properties?.description as string | undefined,
        searchableAttributes: inputs.properties?.searchableAttributes as string[] | undefined,
      },
      thingTypeMetadata: { deprecated: false },
    }))
    .sort((a, b) => (a.thingTypeName < b.thingTypeName ? -1 : 1));
}

function typeArn(region: string, name: string): string {
  return `arn:aws:iot:${region}:${ACCOUNT}:thingtype/${name}`;
}

/** A page as IoT's operations have it. @throws ApiError for a size or a token that AWS refuses */
export function page<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { maxResults = PAGE, nextToken }: { maxResults?: number; nextToken?: string },
): { items: T[]; nextToken: string | undefined } {
  if (!Number.isInteger(maxResults) || maxResults < 1 || maxResults > PAGE)
    throw invalid(`maxResults is ${maxResults}; it is 1 to ${PAGE}`);
  const found = pageOf(items, keyOf, nextToken, maxResults);
  if (found === undefined) throw invalid("nextToken is not one of this list");
  return found;
}

function invalid(message: string): ApiError {
  return new ApiError(400, "InvalidRequestException", message);
}

function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ThingError)) throw error;
    throw new ApiError(error.code, error.type, error.message);
  }
}
