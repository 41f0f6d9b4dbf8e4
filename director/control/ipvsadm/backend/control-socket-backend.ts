/** The backend in a director that runs as another process. */
import type { ControlClient } from '../../client.ts';
import type { Answer } from './answers.ts';
import type { IpvsBackend } from './backend.ts';
import type { Operation } from './operations.ts';

/** So many fit well into one request. */
const OPERATIONS_PER_REQUEST = 10_000;

export class ControlSocketBackend implements IpvsBackend {
  readonly #director: ControlClient;

  constructor(director: ControlClient) {
    this.#director = director;
  }

  /** @throws ControlError if the director cannot be asked. */
  async callAll(operations: readonly Operation[]): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    for (let i = 0; i < operations.length; i += OPERATIONS_PER_REQUEST) {
      answers.push(...(await this.#director.ipvs(operations.slice(i, i + OPERATIONS_PER_REQUEST))));
    }
    return answers;
  }
}
