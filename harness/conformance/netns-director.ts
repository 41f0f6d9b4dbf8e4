/** The stage’s director where it runs in a network namespace. */
import { writeFileSync } from 'node:fs';
import type { DirectorSnapshot } from '../../director/index.ts';
import { type Lab, LabError, type LabHost } from '../../lab/index.ts';
import { until } from '../../lab/netns/until.ts';
import { inNamespace } from '../../native/namespaces.ts';
import type { FeatureName } from '../../scenarios/features.ts';
import type { StageDirector } from '../../scenarios/kit/stage.ts';
import { UnsupportedError } from '../../scenarios/kit/unsupported-error.ts';
import type { RunningDirector } from '../directors/director-under-test.ts';
import { carryOut, markWords, printed } from './stage-commands.ts';

const TAKEN_OVER_WITHIN_MS = 30_000;
const DEFAULT_MTU_BYTES = 1500;

type Network = Awaited<ReturnType<NonNullable<RunningDirector['network']>>>;

/** What a case asks for. @throws UnsupportedError where the director does not offer it. */
function offered<Offer>(what: string, offer: Offer | undefined): Offer {
  if (offer !== undefined) return offer;
  throw new UnsupportedError(`this director has no ${what}`);
}

export class NamespaceDirector implements StageDirector {
  readonly clientSideMac: string;
  readonly serverSideMac: string;
  readonly #host: LabHost;
  readonly #running: RunningDirector;
  readonly #features: ReadonlySet<FeatureName>;
  readonly #clientSidePort: string;
  readonly #serverSidePort: string;
  /** What the topology says, and what the machine is set to now. */
  readonly #usual: { readonly mtuBytes: ReadonlyMap<string, number>; readonly ipForward: boolean };
  readonly #mtuBytes: Map<string, number>;
  #ipForward: boolean;

  constructor(lab: Lab, running: RunningDirector, features: ReadonlySet<FeatureName>) {
    this.#features = features;
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
    this.#running = running;
  }

  rules(...lines: string[]): Promise<void> {
    const { ipvsadm } = this.#running;
    return ipvsadm === undefined ? this.#running.apply(lines) : carryOut(ipvsadm, lines);
  }

  async ipvsadm(...args: string[]): Promise<string> {
    return printed(offered('ipvsadm', this.#running.ipvsadm), args);
  }

  async mark(destination: string, mark: number, port?: number): Promise<void> {
    await offered('mark', this.#running.mark)(markWords(destination, mark, port));
  }

  async set(setting: string, value: number): Promise<void> {
    await offered('set', this.#running.set)(`${setting}=${value}`);
  }

  setServerSideMtu(bytes: number): Promise<void> {
    return this.#setMtu(this.#serverSidePort, bytes);
  }

  setClientSideMtu(bytes: number): Promise<void> {
    return this.#setMtu(this.#clientSidePort, bytes);
  }

  async setIpForward(on: boolean): Promise<void> {
    this.#ipForward = on;
    const { machine } = this.#running;
    if (machine !== undefined) return machine.setIpForward(on);
    inNamespace(this.#namespaceFile, () => writeFileSync('/proc/sys/net/ipv4/ip_forward', on ? '1' : '0'));
    await this.#takenOver(`net.ipv4.ip_forward ${on ? 1 : 0}`, ({ ipForward }) => ipForward === on);
  }

  async snapshot(): Promise<DirectorSnapshot> {
    return await offered('snapshot', this.#running.snapshot)();
  }

  /** Lets time pass on its clock, at once. Absent where it goes by the clock of this machine. */
  get passTime(): ((ms: number) => Promise<void>) | undefined {
    const { machine } = this.#running;
    return machine && ((ms) => machine.passTime(ms));
  }

  offers(feature: FeatureName): boolean {
    return this.#features.has(feature);
  }

  /** Puts everything back to where a director begins that was started just now. */
  async reset(): Promise<void> {
    for (const [port, bytes] of this.#usual.mtuBytes) {
      if (this.#mtuBytes.get(port) !== bytes) await this.#setMtu(port, bytes);
    }
    if (this.#ipForward !== this.#usual.ipForward) await this.setIpForward(this.#usual.ipForward);
    await this.#running.reset();
  }

  async #setMtu(port: string, bytes: number): Promise<void> {
    this.#mtuBytes.set(port, bytes);
    const { machine } = this.#running;
    if (machine !== undefined) return machine.setMtu(port, bytes);
    await this.#host.run('ip', ['link', 'set', port, 'mtu', String(bytes)]);
    await this.#takenOver(`the MTU ${bytes}`, ({ mtuBytes }) => mtuBytes[port] === bytes);
  }

  /** A director may look at the machine’s settings when the kernel tells that something has changed, a little later. */
  async #takenOver(what: string, isSo: (network: Network) => boolean): Promise<void> {
    const { network } = this.#running;
    if (network === undefined) return;
    const ask = async () => isSo(await network()) || undefined;
    if (await until(ask, { limitMs: TAKEN_OVER_WITHIN_MS })) return;
    throw new LabError(
      `The director still does not go by ${what}, ${TAKEN_OVER_WITHIN_MS} ms after it was set.`,
    );
  }

  get #namespaceFile(): string {
    return `/run/netns/${this.#host.namespace}`;
  }
}
