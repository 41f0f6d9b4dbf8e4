/** Writes `result.schema.json` anew: `node reports/publish-schema.ts`. */
import { fileURLToPath } from 'node:url';
import { resultJsonSchema } from './result-json-schema.ts';
import { writeFileAtomically } from './write-file.ts';

await writeFileAtomically(fileURLToPath(new URL('result.schema.json', import.meta.url)), resultJsonSchema());
