/** The stage’s director where it is a program, or a machine, that runs. */
import type { DirectorSnapshot } from '../../director/index.ts';
import { type Host, LabError } from '../../lab/index.ts';
import type { FeatureName } from '../../scenarios/features.ts';
import type { StageDirector, StageRoute } from '../../scenarios/kit/stage.ts';
import { UnsupportedError } from '../../scenarios/kit/unsupported-error.ts';
import type { Machine, RunningDirector } from '../directors/director-under-test.ts';
import { OwnMachine } from './own-machine.ts';
import { routeLines } from './route-lines.ts';
import { carryOut, markWords, OutOfReachError, printed } from './stage-commands.ts';

const DEFAULT_MTU_BYTES = 1500;

/** What a case asks for. @throws UnsupportedError where the director does not offer it. */
function offered<Offer>(what: string, offer: Offer | undefined): Offer {
  if (offer !== undefined) return offer;
  throw new UnsupportedError(`this director has no ${what}`);
}

export class RunningStageDirector implements StageDirector {
  readonly clientSideMac: string;
  readonly serverSideMac: string;
  readonly #running: RunningDirector;
  readonly #machine: Machine;
  readonly #features: ReadonlySet<FeatureName>;
  readonly #clientSidePort: string;
  readonly #serverSidePort: string;
  /** What the topology says, and what the machine is set to now. */
  readonly #usual: { readonly mtuBytes: ReadonlyMap<string, number>; readonly ipForward: boolean };
  readonly #mtuBytes: Map<string, number>;
  #ipForward: boolean;
  /** How the routes that a case has given are taken back. */
  readonly #routes = new Map<string, readonly string[]>();
  #own: OwnMachine | undefined;
  /** How the stage lets time pass; in the director’s own way if absent. */
  wait: ((ms: number) => Promise<void>) | undefined;

  /**
   * @param spec The host that it runs on.
   * @param machine That host’s settings.
   */
  constructor(spec: Host, running: RunningDirector, machine: Machine, features: ReadonlySet<FeatureName>) {
    this.#features = features;
    this.#machine = machine;
    this.#running = running;
    const { interfaces, sysctls } = spec;
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
  }

  async rules(...lines: string[]): Promise<void> {
    await this.#own?.begun;
    const { ipvsadm } = this.#running;
    await (ipvsadm === undefined ? this.#running.apply(lines) : carryOut(ipvsadm, lines));
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

  async settings(): Promise<Readonly<Record<string, number>>> {
    return await offered('settings', this.#running.settings)();
  }

  setServerSideMtu(bytes: number): Promise<void> {
    return this.#setMtu(this.#serverSidePort, bytes);
  }

  setClientSideMtu(bytes: number): Promise<void> {
    return this.#setMtu(this.#clientSidePort, bytes);
  }

  setIpForward(on: boolean): Promise<void> {
    this.#ipForward = on;
    return this.#machine.setIpForward(on);
  }

  /** @throws OutOfReachError */
  async setRoute(to: string, route?: StageRoute): Promise<void> {
    const { configure } = this.#machine;
    if (configure === undefined || route?.forMs !== undefined) {
      throw new OutOfReachError(
        'routes are given in memory, with ts, and in a guest, as far as `ip` can say them',
      );
    }
    const undo = this.#routes.get(to) ?? [];
    await configure(undo);
    this.#routes.delete(to);
    if (route === undefined) return;
    const lines = routeLines(to, route, this.#serverSidePort);
    this.#routes.set(to, lines.undo);
    await configure(lines.make);
  }

  async snapshot(): Promise<DirectorSnapshot> {
    return await offered('snapshot', this.#running.snapshot)(this.wait);
  }

  /** Lets time pass on its clock, at once. Absent where it goes by the clock of this machine. */
  get passTime(): Machine['passTime'] | undefined {
    return this.#machine.passTime;
  }

  /** @throws OutOfReachError */
  get machine(): NonNullable<StageDirector['machine']> {
    const { ownPrograms } = this.#running;
    if (ownPrograms === undefined) {
      throw new OutOfReachError(
        'what programs on the director’s own machine send is played in memory, with ts, and in a guest',
      );
    }
    this.#own ??= new OwnMachine(ownPrograms);
    return this.#own;
  }

  /** Resolves when what programs on its machine were to send until now is sent. */
  async ownSent(): Promise<void> {
    await this.#own?.sent();
  }

  /** Has the inbox of those programs hold what has been delivered to them until now. */
  async ownReceived(): Promise<void> {
    await this.#own?.fetch();
  }

  /** @throws OutOfReachError */
  receiveMerged(): never {
    throw new OutOfReachError(
      'merged segments are no frames of a network: they are played in memory, with ts',
    );
  }

  /** @throws OutOfReachError */
  forwardPast(): never {
    throw new OutOfReachError('what is forwarded past a director is counted in memory alone, with ts');
  }

  /** @throws OutOfReachError */
  get control(): never {
    throw new OutOfReachError('a control socket is asked in memory alone, with ts');
  }

  /** @throws OutOfReachError */
  receiveMarked(): never {
    throw new OutOfReachError('marks of netfilter’s own are put on packets in memory, with ts');
  }

  /** @throws OutOfReachError */
  setFreePages(): never {
    throw new OutOfReachError('how much memory a machine has left is given in memory alone, with ts');
  }

  /** @throws OutOfReachError */
  async setPermanentNeighbour(address: string, mac: string | undefined): Promise<void> {
    const { configure } = this.#machine;
    if (configure === undefined) {
      throw new OutOfReachError('MAC addresses are given for good in memory, with ts, and in a guest');
    }
    const entry = mac === undefined ? `del ${address}` : `replace ${address} lladdr ${mac} nud permanent`;
    await configure([`neigh ${entry} dev ${this.#serverSidePort}`]);
  }

  /** @throws OutOfReachError */
  setServerSideMac(): never {
    throw new OutOfReachError('links that become other ones are played in memory, with ts');
  }

  /** @throws OutOfReachError */
  setServerSideArp(): never {
    return this.setServerSideMac();
  }

  /** @throws OutOfReachError */
  setNeighbourLimits(): never {
    throw new OutOfReachError('limits of neighbours are a whole kernel’s: they are set in memory, with ts');
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
    for (const undo of this.#routes.values()) await this.#machine.configure?.(undo);
    this.#routes.clear();
    this.#own = undefined;
    await this.#running.reset();
  }

  #setMtu(port: string, bytes: number): Promise<void> {
    this.#mtuBytes.set(port, bytes);
    return this.#machine.setMtu(port, bytes);
  }
}
