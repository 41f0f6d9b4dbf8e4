/**
 * What `ipvsadm` asks of the backend, as plain data: everything has been parsed, names are resolved. Whether it can be
 * done is for the backend to say.
 */
import type { Operation } from './operation-schema.ts';

export type {
  DaemonRole,
  DaemonSettings,
  Operation,
  ServerName,
  ServerSettings,
  ServiceName,
  ServiceSettings,
} from './operation-schema.ts';

const CHANGES: ReadonlySet<Operation['do']> = new Set([
  'add-service',
  'edit-service',
  'delete-service',
  'flush',
  'add-server',
  'edit-server',
  'delete-server',
] as const);

/** True if an operation may change services and servers, and with them what packets the director claims. */
export function changesRules(operation: Operation): boolean {
  return CHANGES.has(operation.do);
}

/** True if an operation only asks. */
export function isQuestion(operation: Operation): boolean {
  return operation.do.startsWith('list-') || operation.do.startsWith('get-');
}
