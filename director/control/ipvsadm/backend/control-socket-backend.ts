/** The backend in a director that runs as another process. */
import type { ControlClient } from '../../client.ts';
import type { Answer } from './answers.ts';
import type { IpvsBackend } from './backend.ts';
import type { Operation } from './operations.ts';

export class ControlSocketBackend implements IpvsBackend {
  readonly #director: ControlClient;

  constructor(director: ControlClient) {
    this.#director = director;
  }

  /** @throws ControlError if the director cannot be asked. */
  callAll(operations: readonly Operation[]): Promise<readonly Answer[]> {
    return this.#director.ipvs(operations);
  }
}
