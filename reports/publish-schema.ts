import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { conformanceSchema } from './conformance/document.ts';
import { resultSchema, SCHEMA_VERSION } from './result.ts';
import { writeFileAtomically } from './write-file.ts';

/**
 * The schema of a result file as JSON Schema (draft 2020-12), for programs in other languages. `node reports/publish-schema.ts`
 * writes it and `conformance.schema.json` beside this file, and has to be run after a change of the schema.
 */
export function resultJsonSchema(): string {
  const schema = z.toJSONSchema(resultSchema, { reused: 'ref' });
  const title = `lvs-lab result, schema version ${SCHEMA_VERSION}`;
  return `${JSON.stringify({ ...schema, title }, null, 2)}\n`;
}

/** The same of the conformance report (`--reporter conformance`). */
export function conformanceJsonSchema(): string {
  const schema = z.toJSONSchema(conformanceSchema, { reused: 'ref' });
  return `${JSON.stringify({ ...schema, title: 'lvs-lab conformance report' }, null, 2)}\n`;
}

if (import.meta.main) {
  await writeFileAtomically(
    fileURLToPath(new URL('conformance.schema.json', import.meta.url)),
    conformanceJsonSchema(),
  );
  await writeFileAtomically(
    fileURLToPath(new URL('result.schema.json', import.meta.url)),
    resultJsonSchema(),
  );
}
