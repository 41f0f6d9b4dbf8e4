/** Asks the backend for lists, page by page. */
import { CodedError } from '../../coded-error.ts';
import { isRefusal, type ListedConnection, type ListedService, type Refusal } from './backend/answers.ts';
import { call, type IpvsBackend } from './backend/backend.ts';
import type { Operation } from './backend/operations.ts';

/** The backend refused to answer. */
export class BackendRefusalError extends CodedError {
  readonly code = 'BACKEND_REFUSED';
  readonly operation: Operation;
  readonly refusal: Refusal;

  constructor(operation: Operation, refusal: Refusal) {
    super(refusal.errno);
    this.operation = operation;
    this.refusal = refusal;
  }
}

/** Asks one thing. @throws BackendRefusalError */
export async function ask<O extends Operation>(backend: IpvsBackend, operation: O) {
  const answer = await call(backend, operation);
  if (isRefusal(answer)) throw new BackendRefusalError(operation, answer);
  return answer;
}

export async function allServices(backend: IpvsBackend): Promise<ListedService[]> {
  const services: ListedService[] = [];
  let from: number | undefined = 0;
  while (from !== undefined) {
    const page: { services: readonly ListedService[]; next?: number } = await ask(backend, {
      do: 'list-services',
      from,
    });
    services.push(...page.services);
    from = page.next;
  }
  return services;
}

/** A page at a time: there may be millions. */
export async function* connectionPages(backend: IpvsBackend): AsyncGenerator<readonly ListedConnection[]> {
  let from: number | undefined = 0;
  while (from !== undefined) {
    const page: { connections: readonly ListedConnection[]; next?: number } = await ask(backend, {
      do: 'list-connections',
      from,
    });
    yield page.connections;
    from = page.next;
  }
}
