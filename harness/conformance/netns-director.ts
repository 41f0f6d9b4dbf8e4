/** The stage’s director where it runs as a process in a network namespace: asked over its control socket. */
import { writeFileSync } from 'node:fs';
import {
  ControlClient,
  ControlSocketBackend,
  controlSocketPath,
  type DirectorSnapshot,
  type RunningState,
} from '../../director/index.ts';

import { type Lab, LabError, type LabHost } from '../../lab/index.ts';
import { type Ipvsadm, ipvsadmOn } from '../../lab/ipvsadm.ts';
import { until } from '../../lab/netns/until.ts';
import { inNamespace } from '../../native/namespaces.ts';
import type { StageDirector } from '../../scenarios/kit/stage.ts';
import { carryOut, markWords, printed } from './stage-commands.ts';

const TAKEN_OVER_WITHIN_MS = 30_000;
const DEFAULT_MTU_BYTES = 1500;

export class NamespaceDirector implements StageDirector {
  readonly clientSideMac: string;
  readonly serverSideMac: string;
  readonly #host: LabHost;
  readonly #control: ControlClient;
  readonly #ipvsadm: Ipvsadm;
  readonly #clientSidePort: string;
  readonly #serverSidePort: string;
  /** What the topology says, and what the machine is set to now. */
  readonly #usual: { readonly mtuBytes: ReadonlyMap<string, number>; readonly ipForward: boolean };
  readonly #mtuBytes: Map<string, number>;
  #ipForward: boolean;

  constructor(lab: Lab) {
    this.#host = lab.host('director');
    const { interfaces, sysctls } = this.#host.spec;
    const first = interfaces[0];
    const last = interfaces.at(-1);
    if (first === undefined || last === undefined) throw new LabError('The director has no interface.');
    this.clientSideMac = first.mac;
    this.serverSideMac = last.mac;
    this.#clientSidePort = first.name;
    this.#serverSidePort = last.name;
    this.#usual = {
      mtuBytes: new Map(interfaces.map(({ name, mtu = DEFAULT_MTU_BYTES }) => [name, mtu])),
      ipForward: sysctls['net.ipv4.ip_forward'] === 1,
    };
    this.#mtuBytes = new Map(this.#usual.mtuBytes);
    this.#ipForward = this.#usual.ipForward;
    this.#control = new ControlClient(controlSocketPath(this.#namespaceFile));
    this.#ipvsadm = ipvsadmOn(new ControlSocketBackend(this.#control));
  }

  rules(...lines: string[]): Promise<void> {
    return carryOut(this.#ipvsadm, lines);
  }

  ipvsadm(...args: string[]): Promise<string> {
    return printed(this.#ipvsadm, args);
  }

  mark(destination: string, mark: number, port?: number): Promise<void> {
    return this.#control.mark(markWords(destination, mark, port));
  }

  set(setting: string, value: number): Promise<void> {
    return this.#control.set(`${setting}=${value}`);
  }

  setServerSideMtu(bytes: number): Promise<void> {
    return this.#setMtu(this.#serverSidePort, bytes);
  }

  setClientSideMtu(bytes: number): Promise<void> {
    return this.#setMtu(this.#clientSidePort, bytes);
  }

  async setIpForward(on: boolean): Promise<void> {
    this.#ipForward = on;
    inNamespace(this.#namespaceFile, () => writeFileSync('/proc/sys/net/ipv4/ip_forward', on ? '1' : '0'));
    await this.#takenOver(`net.ipv4.ip_forward ${on ? 1 : 0}`, ({ ipForward }) => ipForward === on);
  }

  snapshot(): Promise<DirectorSnapshot> {
    return this.#control.snapshot();
  }

  /** Resolves when all frames that had come in have been dealt with. */
  settle(): Promise<void> {
    return this.#control.settle();
  }

  /** Puts everything back to where a director begins that was started just now. */
  async reset(): Promise<void> {
    for (const [port, bytes] of this.#usual.mtuBytes) {
      if (this.#mtuBytes.get(port) !== bytes) await this.#setMtu(port, bytes);
    }
    if (this.#ipForward !== this.#usual.ipForward) await this.setIpForward(this.#usual.ipForward);
    await this.#control.settle();
    await this.#control.reset();
  }

  async #setMtu(port: string, bytes: number): Promise<void> {
    this.#mtuBytes.set(port, bytes);
    await this.#host.run('ip', ['link', 'set', port, 'mtu', String(bytes)]);
    await this.#takenOver(`the MTU ${bytes}`, ({ mtuBytes }) => mtuBytes[port] === bytes);
  }

  /** The director looks at the machine’s settings when the kernel tells that something has changed, a little later. */
  async #takenOver(what: string, isSo: (state: RunningState['process']) => boolean): Promise<void> {
    const ask = async () => isSo((await this.#control.snapshot()).process) || undefined;
    if (await until(ask, { limitMs: TAKEN_OVER_WITHIN_MS })) return;
    throw new LabError(
      `The director still does not go by ${what}, ${TAKEN_OVER_WITHIN_MS} ms after it was set.`,
    );
  }

  get #namespaceFile(): string {
    return `/run/netns/${this.#host.namespace}`;
  }
}
