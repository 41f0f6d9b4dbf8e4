/** What a case does to the director in memory. */
import type { DirectorSnapshot } from '../../director/index.ts';
import type { Host } from '../../lab/index.ts';
import type { DirectorMachine } from '../../lab/memory/director-machine.ts';
import type { MemoryNetwork } from '../../lab/memory/index.ts';
import type { StageDirector } from '../../scenarios/kit/stage.ts';
import { carryOut, markWords, printed } from './stage-commands.ts';

export class MemoryStageDirector implements StageDirector {
  readonly clientSideMac: string;
  readonly serverSideMac: string;
  readonly #machine: DirectorMachine;
  readonly #network: MemoryNetwork;
  readonly #host: string;
  readonly #clientSidePort: string;
  readonly #serverSidePort: string;

  constructor({ name, interfaces }: Host, machine: DirectorMachine, network: MemoryNetwork) {
    const first = interfaces[0];
    const last = interfaces.at(-1);
    if (first === undefined || last === undefined) throw new Error(`${name} has no interface`);
    this.clientSideMac = first.mac;
    this.serverSideMac = last.mac;
    this.#clientSidePort = first.name;
    this.#serverSidePort = last.name;
    this.#host = name;
    this.#machine = machine;
    this.#network = network;
  }

  async rules(...lines: string[]): Promise<void> {
    await carryOut(this.#machine.ipvsadm, lines);
  }

  ipvsadm(...args: string[]): Promise<string> {
    return printed(this.#machine.ipvsadm, args);
  }

  async mark(destination: string, mark: number, port?: number): Promise<void> {
    this.#machine.mark(markWords(destination, mark, port));
  }

  async set(setting: string, value: number): Promise<void> {
    this.#machine.set(setting, value);
  }

  async setServerSideMtu(bytes: number): Promise<void> {
    this.#setMtu(this.#serverSidePort, bytes);
  }

  async setClientSideMtu(bytes: number): Promise<void> {
    this.#setMtu(this.#clientSidePort, bytes);
  }

  async setIpForward(on: boolean): Promise<void> {
    this.#machine.setIpForward(on);
  }

  async snapshot(): Promise<DirectorSnapshot> {
    return this.#machine.snapshot();
  }

  #setMtu(port: string, bytes: number): void {
    this.#network.setMtu(this.#host, port, bytes);
    this.#machine.setMtu(port, bytes);
  }
}
