/** Where results go unless the user says otherwise. */
import { fileURLToPath } from 'node:url';

export const DEFAULT_OUT = fileURLToPath(new URL('../../reports/out', import.meta.url));
