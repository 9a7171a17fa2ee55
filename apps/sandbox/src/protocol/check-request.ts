import { BusinessFault } from '../calls/business-fault.js';
import { SCHEMAS } from '../schemas/index.js';
import { GatewayFault } from './faults.js';
import { COMMON_FIELDS, readRequest, unknownFields } from './fields.js';
import { parseOrderedJson } from './ordered-json.js';

/**
 * What the documents have against a request body, for tests of clients: unknown parameters, wrong types, and whatever
 * else is required, even where the live gateway does without. Empty: as documented.
 */
export function checkRequest(body: string): string[] {
  const node = parseOrderedJson(body);
  if (node.kind !== 'object') return ['the body is no JSON object'];
  const type = node.entries.get('type');
  const schema = type?.kind === 'string' ? SCHEMAS.get(type.value) : undefined;
  if (schema === undefined) return ['the type is not simulated'];
  const problems = unknownFields(schema.request, node.entries, COMMON_FIELDS).map(
    (name) => `${name} is not documented`,
  );
  for (const name of schema.alsoDocumented ?? []) {
    if (!node.entries.has(name)) problems.push(`${name} is required by the documents`);
  }
  try {
    readRequest(schema, node.entries);
  } catch (error) {
    if (!(error instanceof BusinessFault) && !(error instanceof GatewayFault)) throw error;
    problems.push(error.message);
  }
  return problems;
}
