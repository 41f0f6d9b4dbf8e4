/** A machine of its own in the place of a lab's host: a kernel in QEMU, whose network cards are the host's interfaces. */
import { setImmediate as turn } from 'node:timers/promises';
import { LabError } from '../error.ts';
import type { Output } from '../ipvsadm.ts';
import { hostScript } from '../netns/blueprint.ts';
import type { Host } from '../topology.ts';
import { type Bystanders, GuestClock } from './clock.ts';
import type { GuestImage } from './image.ts';
import type { GuestPlace } from './place.ts';
import { Qemu } from './qemu.ts';
import { Wire } from './wire.ts';

/** Without KVM, on a machine that does something else too. */
const BOOT_LIMIT_MS = 180_000;
const COMMAND_LIMIT_MS = 60_000;
/** IPVS estimates rates every two seconds; the kernel's timers are up to two of these late each time. */
const ESTIMATING_MS = 2_000;
const LATE_MS = 16;

/** More than it takes from a wire into a card. */
const VAIN_LOOKS = 20;
/** What goes out faster than somebody here reads it waits, as all that a case sends does. */
const QUEUE_PACKETS = 10_000;

const IPV6_OFF = ['all', 'default'].map((name) => `echo 1 >/proc/sys/net/ipv6/conf/${name}/disable_ipv6`);

const batch = (lines: readonly string[]) => ["ip -batch - <<'BATCH'", ...lines, 'BATCH'].join('\n');

export class Guest {
  readonly #qemu: Qemu;
  readonly #spec: Host;
  readonly #wires: ReadonlyMap<string, Wire>;
  readonly #limitMs: number;
  readonly #clock: GuestClock;
  #namespaces = 0;
  /** Frames on wires, up to where its cards have received them all; and those that they had received at the last look. */
  #sent = 0;
  #received = 0;
  /** Frames that wait for those sent to another card. */
  #waiting: { readonly port: string; readonly frame: Uint8Array }[] = [];
  #sending: Promise<void> = Promise.resolve();
  #lastPort = '';
  /** By its wall clock. */
  #bootedAtMs: number | undefined;
  /** Given what it sends, where its cards are wires. */
  onFrame: (port: string, frame: Uint8Array) => void = () => undefined;

  private constructor(qemu: Qemu, spec: Host, commandLimitMs: number) {
    this.#limitMs = commandLimitMs;
    this.#qemu = qemu;
    this.#spec = spec;
    this.#wires = new Map(
      qemu.wires.map((stream, at) => {
        const port = `eth${at}`;
        return [port, new Wire(stream, (frame) => this.onFrame(port, frame))];
      }),
    );
    this.#clock = new GuestClock({
      debugger: qemu.debugger,
      run: (script) => qemu.run(script, this.#limitMs),
      wake: () => qemu.answered(this.#limitMs),
    });
  }

  /**
   * Boots it in a host's place.
   *
   * @param commandLimitMs How long it may take for a command, and for an answer. It hangs where it takes longer.
   * @throws LabError with the end of its console if it does not come up. */
  static async boot(place: GuestPlace, image: GuestImage, commandLimitMs = COMMAND_LIMIT_MS): Promise<Guest> {
    const unnumbered = place.spec.interfaces.find(({ name }, at) => name !== `eth${at}`);
    if (unnumbered !== undefined) {
      throw new LabError(
        `A guest's interfaces are eth0, eth1 …, so it cannot have the host's ${unnumbered.name}.`,
      );
    }
    const qemu = await Qemu.start(place, image);
    try {
      await qemu.answered(BOOT_LIMIT_MS);
      const guest = new Guest(qemu, place.spec, commandLimitMs);
      // A name for the namespace that the cards are in at first.
      await guest.done(`ip netns attach ${guest.#name} 1`);
      const queues = place.spec.interfaces.map(({ name }) => `link set ${name} txqueuelen ${QUEUE_PACKETS}`);
      await guest.done(batch(queues));
      await guest.#moveIntoFresh();
      return guest;
    } catch (error) {
      await qemu.stop();
      throw error;
    }
  }

  /** Resolves with how it ended, once it has. */
  get ended(): Promise<string> {
    return this.#qemu.ended;
  }

  /**
   * The cards go into a fresh namespace, set up as the host is in the topology. The one before is forgotten. From then on no time
   * passes for its kernel but what is let pass; until it is done for the first time, its clock goes by itself.
   */
  async renew(): Promise<void> {
    const made = await this.#moveIntoFresh();
    await this.#clock.hold();
    await this.#estimated(made.beforeMs, made.afterMs);
  }

  /** Between what times of its clock the namespace was made. */
  async #moveIntoFresh(): Promise<{ readonly beforeMs: number; readonly afterMs: number }> {
    await this.#sending;
    await this.#clock.release();
    const spec = this.#spec;
    const [before, own] = [this.#name, `case${++this.#namespaces}`];
    const ports = spec.interfaces.map(({ name }) => name);
    const beforeMs = await this.#clock.nowMs();
    await this.done(batch([`netns add ${own}`, ...ports.map((port) => `link set ${port} netns ${own}`)]));
    const afterMs = await this.#clock.nowMs();
    await this.#qemu.enter(own, this.#limitMs);
    // What is switched off stays so, wherever the card goes; a program costs more here than elsewhere.
    const offloads = this.#namespaces === 1 ? {} : { offloads: true };
    const setup = hostScript({
      ...spec,
      interfaces: spec.interfaces.map((one) => ({ ...one, ...offloads })),
    });
    const isUp = (port: string) =>
      `until read -r state </sys/class/net/${port}/operstate && [ $state = up ]; do sleep 0.01; done`;
    await this.done(
      ['set -e', ...IPV6_OFF, setup, ...ports.map(isUp), batch([`netns del ${before}`])].join('\n'),
    );
    this.#received = await this.#qemu.received(this.#limitMs);
    this.#sent = this.#received;
    return { beforeMs, afterMs };
  }

  /**
   * Lets time pass until rates have been estimated just now, so that they are from here on as they are where everything has begun
   * just now. The estimator began between two times of the clock.
   */
  async #estimated(beforeMs: number, afterMs: number): Promise<void> {
    const nowMs = await this.#clock.nowMs();
    const soonest = ESTIMATING_MS + LATE_MS / 2;
    const times = Math.ceil((nowMs + LATE_MS - beforeMs) / soonest);
    const longMs = beforeMs + times * soonest - LATE_MS - nowMs;
    await this.#clock.pass(longMs);
    await this.#clock.pass(afterMs - beforeMs + LATE_MS * (times * 2 + 1));
  }

  /**
   * Runs a program in the namespace that the cards are in.
   *
   * @param stdin No line of it is `END OF INPUT`.
   * @throws LabError with the end of its console where it hangs or has ended.
   */
  async run(words: readonly string[], stdin = ''): Promise<Output> {
    const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
    const input = stdin === '' || stdin.endsWith('\n') ? stdin : `${stdin}\n`;
    const script = `exec ${quoted} <<'END OF INPUT'\n${input}END OF INPUT\n`;
    return this.#qemu.run(script, this.#limitMs);
  }

  /** Changes a setting of the kernel, in the namespace that the cards are in. @throws LabError if it refuses. */
  async set(name: string, value: string | number): Promise<void> {
    const file = `/proc/sys/${name.replaceAll('.', '/')}`;
    await this.done(`echo ${value} >${file}`);
  }

  /**
   * Resolves when frames that had been sent to it have been dealt with. What QEMU has for it goes in before the first question,
   * and what its kernel makes of that comes out before the second one does. Of wires QEMU reads only what a card has room for.
   */
  async settle(): Promise<void> {
    await this.#sending;
    await this.#qemu.answered(this.#limitMs);
    await this.#allReceived();
    await this.#qemu.answered(this.#limitMs);
    // What came in on wires meanwhile is read in this turn of the event loop.
    await turn();
  }

  /** What the cards still have not received after some looks in vain is nothing that they take. */
  async #allReceived(): Promise<void> {
    for (let vain = 0; this.#received < this.#sent && vain < VAIN_LOOKS; vain++) {
      const received = await this.#qemu.received(this.#limitMs);
      if (received > this.#received) vain = 0;
      this.#received = received;
    }
    this.#sent = this.#received;
  }

  /** Brings a frame to one of its interfaces, after those sent before. Only where its cards are wires. */
  send(port: string, frame: Uint8Array): void {
    const isFirst = this.#waiting.push({ port, frame }) === 1;
    if (!isFirst) return;
    this.#sending = this.#sendWaiting();
    // Whoever settles next hears of it.
    this.#sending.catch(() => undefined);
  }

  /** Of two cards QEMU reads either first: what is for one waits until the other one has all that came before. */
  async #sendWaiting(): Promise<void> {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const { port, frame } = next;
      if (port !== this.#lastPort) await this.#allReceived();
      this.#lastPort = port;
      this.#sent++;
      this.#wires.get(port)?.send(frame);
      this.#waiting.shift();
    }
  }

  /** Lets so much time pass for its kernel, at once. */
  passTime(ms: number, bystanders?: Bystanders): Promise<void> {
    return this.#clock.pass(ms, bystanders);
  }

  /** As `GuestClock.lateMoments`: since it was renewed. */
  get lateMoments(): number {
    return this.#clock.lateMoments;
  }

  /** What its clock says, which goes on by itself: milliseconds since the epoch. */
  async wallClockMs(): Promise<number> {
    this.#bootedAtMs ??= Number(await this.#said("grep '^btime ' /proc/stat", 1)) * 1000;
    return this.#bootedAtMs + Number(await this.#said('read -r both </proc/uptime && echo $both', 0)) * 1000;
  }

  /** Sends the process that runs it a signal. */
  signal(signal: NodeJS.Signals): void {
    this.#qemu.signal(signal);
  }

  stop(): Promise<void> {
    return this.#qemu.stop();
  }

  get #name(): string {
    return `case${this.#namespaces}`;
  }

  /** Runs a shell's script in it. Resolves with what it prints. @throws LabError if it fails. */
  async done(script: string): Promise<string> {
    const { exitCode, stdout, stderr } = await this.#qemu.run(script, this.#limitMs);
    if (exitCode === 0) return stdout;
    throw new LabError(`The guest refuses: ${stderr.trim() || `exit code ${exitCode}`}`);
  }

  /** A word of what a script prints. */
  async #said(script: string, at: number): Promise<string> {
    return (await this.done(script)).trim().split(' ')[at] ?? '';
  }
}
