/** Follows this machine's network: its configuration, and what the kernel knows of routes and neighbours. */
import type { NetworkSnapshot } from '../network/snapshot.ts';
import type { DirectorState } from '../state.ts';
import { KernelNeighbours } from './kernel-neighbours.ts';
import { readKernelNetwork } from './kernel-network.ts';
import { KernelRoutes } from './kernel-routes.ts';
import type { NetworkChanges, NetworkListener } from './network-changes.ts';
import { StackPort } from './stack-port.ts';

export interface NetworkWatchOptions {
  /** Who is to know of changes. */
  readonly state: () => DirectorState;
  /** Sees to it that Node's affairs have their turn soon. */
  readonly wake: () => void;
  /** Takes the configuration, once it has changed. */
  readonly take: (snapshot: NetworkSnapshot) => void;
  /** Told, in a sentence, what a person should know of. */
  readonly log: (text: string) => void;
}

export class NetworkWatch {
  readonly routes = new KernelRoutes();
  readonly neighbours = new KernelNeighbours();
  readonly #changes: NetworkChanges;
  readonly #options: NetworkWatchOptions;
  /** Something of the configuration has changed that was not looked at yet. */
  #hasChanged = false;
  #rereading: Promise<void> | undefined;
  #stopping = false;

  constructor(changes: NetworkChanges, options: NetworkWatchOptions) {
    this.#changes = changes;
    this.#options = options;
  }

  /** What can be read once the kernel has told of a change. */
  get fd(): number {
    return this.#changes.fd;
  }

  /** Hears what the kernel has told. */
  takeChanges(): void {
    this.#changes.take(this.#listener);
  }

  /** Reads the configuration anew where it has changed. */
  follow(): void {
    if (this.#rereading !== undefined || !this.#hasChanged) return;
    const { wake, log } = this.#options;
    this.#hasChanged = false;
    wake();
    this.#rereading = this.#read()
      // What was known goes on; the next change is a new occasion.
      .catch((error: Error) => log(`cannot read the network configuration: ${error.message}`))
      .finally(() => {
        this.#rereading = undefined;
      });
  }

  /** Takes no more configurations. */
  async cease(): Promise<void> {
    this.#stopping = true;
    await this.#rereading;
  }

  close(): void {
    this.#changes.close();
    this.routes.close();
    this.neighbours.close();
  }

  readonly #listener: NetworkListener = {
    routesChanged: () => this.#state.routes.forget(),
    networkChanged: () => {
      this.#hasChanged = true;
    },
    neighbourChanged: (message) => {
      const key = this.neighbours.note(message);
      if (key !== undefined) this.#state.neighbours.recheck(key.port, key.address);
    },
    changesLost: () => {
      this.#state.routes.forget();
      this.neighbours.read();
      this.#state.neighbours.recheckAll();
      this.#hasChanged = true;
    },
  };

  get #state(): DirectorState {
    return this.#options.state();
  }

  async #read(): Promise<void> {
    const [snapshot] = await Promise.all([readKernelNetwork(), StackPort.followReversePathFilter()]);
    if (!this.#stopping) this.#options.take(snapshot);
  }
}
