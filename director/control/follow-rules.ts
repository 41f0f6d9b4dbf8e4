/** Rules for a director that has services already, from the one that it goes on for. */
import { isDeepStrictEqual } from 'node:util';
import { isSameServer } from '../services/destination.ts';
import type { VirtualService } from '../services/virtual-service.ts';
import type { DirectorState } from '../state.ts';
import { serverKey, serviceKey } from './ipvsadm/backend/keys.ts';
import { serverOptions, serviceOptions } from './ipvsadm/backend/local-backend.ts';
import type { Operation } from './ipvsadm/backend/operations.ts';
import { applyRules, type Rule } from './rules.ts';

/**
 * Makes the state's rules these. What is there already and stays keeps its connections, counters and its scheduler's
 * place; what the rules do not name goes. @throws RuleError as `applyRules` does.
 */
export function followRules(state: DirectorState, rules: readonly Rule[], nowMs: number): void {
  const named = new Map<VirtualService, Operation[]>();
  for (const rule of rules) {
    const operation = followed(state, rule.operation);
    if (operation !== undefined) applyRules(state, [{ ...rule, operation }], nowMs);
    if (rule.operation.do !== 'add-service' && rule.operation.do !== 'add-server') continue;
    const service = state.services.require(serviceKey(rule.operation.service));
    named.set(service, [...(named.get(service) ?? []), rule.operation]);
  }
  for (const service of [...state.services.everything()]) {
    const operations = named.get(service);
    if (operations === undefined) state.services.deleteService(service);
    else deleteUnnamed(state, service, operations);
  }
}

/** What is to be done for a rule where its service or server may be there; undefined where it is there as wanted. */
function followed({ services }: DirectorState, operation: Operation): Operation | undefined {
  if (operation.do !== 'add-service' && operation.do !== 'add-server') return operation;
  const service = services.get(serviceKey(operation.service));
  if (service === undefined) return operation;
  const { options, destinations } = service.image();
  if (operation.do === 'add-service') {
    const isSame = isDeepStrictEqual(stated(options), stated(serviceOptions(operation.settings)));
    return isSame ? undefined : { ...operation, do: 'edit-service' };
  }
  const known = destinations.find((server) => isSameServer(server, serverKey(operation.server)));
  if (known === undefined) return operation;
  const wanted = serverOptions(operation.settings);
  const isSame = isDeepStrictEqual(stated({ ...known, ...wanted }), stated(known));
  return isSame ? undefined : { ...operation, do: 'edit-server' };
}

function deleteUnnamed(
  { services }: DirectorState,
  service: VirtualService,
  named: readonly Operation[],
): void {
  const wanted = named.flatMap((operation) =>
    operation.do === 'add-server' ? [serverKey(operation.server)] : [],
  );
  for (const server of [...service.destinations]) {
    if (!wanted.some((key) => isSameServer(key, server))) services.deleteDestination(service, server);
  }
}

/** Without the fields that say nothing. */
function stated(options: object): unknown {
  return JSON.parse(JSON.stringify(options));
}
