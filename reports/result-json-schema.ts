import { z } from 'zod';
import { resultSchema, SCHEMA_VERSION } from './result.ts';

/**
 * The schema of a result file as JSON Schema (draft 2020-12), for programs in other languages. `result.schema.json` beside
 * this file is what it says now; after a change of the schema: `node reports/publish-schema.ts`.
 */
export function resultJsonSchema(): string {
  const schema = z.toJSONSchema(resultSchema, { reused: 'ref' });
  const title = `lvs-lab result, schema version ${SCHEMA_VERSION}`;
  return `${JSON.stringify({ ...schema, title }, null, 2)}\n`;
}
