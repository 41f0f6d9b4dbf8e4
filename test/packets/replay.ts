import { snapshotOf } from '../../director/control/snapshot.ts';
import { ipv4 } from '../../director/wire/addresses.ts';
import { PROTOCOL } from '../../director/wire/ipv4.ts';
import { MemoryDirector } from '../../harness/replay/memory-director.ts';
import {
  RECORDED_DEFAULTS,
  RECORDED_STATIONS,
  type RecordedNetworkOptions,
  recordedNetwork,
} from './recorded-network.ts';
import type { RecordedFrame, RecordedStep, Recording } from './recording.ts';
import { isStackAnswer } from './stack-answers.ts';
import { idIsOpen, withoutUndetermined } from './undetermined.ts';

/** Longest that a step waits for what time alone brings (fragments given up, silent neighbours). */
const PATIENCE_MS = 5_000;
const STEP_MS = 20;

/** What the director sent otherwise than the kernel, in words; nothing if all is equal. */
export function replay(recording: Recording): string[] {
  return new Replay(recording).run();
}

class Replay {
  readonly #recording: Recording;
  readonly #director: MemoryDirector;
  readonly #differences: string[] = [];
  /** Identifications that the rules leave open still tell which fragments belong together: recorded → sent. */
  readonly #ids = new Map<number, number>();
  #network: RecordedNetworkOptions;

  constructor(recording: Recording) {
    this.#recording = recording;
    this.#network = networkOf(recording.sysctls);
    this.#director = new MemoryDirector(recordedNetwork(this.#network), RECORDED_STATIONS);
    applySysctls(this.#director, recording.sysctls);
    this.#director.rules(...recording.rules);
  }

  run(): string[] {
    for (const step of this.#recording.steps) this.#step(step);
    this.#director.advance(PATIENCE_MS);
    for (const { frame } of this.#director.takeSent()) {
      this.#differences.push(`after the last step: sent what was not recorded\n  ${hex(frame)}`);
    }
    return this.#differences;
  }

  #step(step: RecordedStep): void {
    this.#mark(step.what);
    if (isCommand(step.what)) for (const line of step.what.split(';')) this.#command(line.trim());
    const handed: Uint8Array[] = [];
    for (const { port, frame, direction } of step.frames) {
      if (direction === 'out') continue;
      const result = this.#director.receive(port, frame);
      if (result.handed !== undefined) handed.push(result.handed);
      this.#director.advance(1);
    }
    const expected = step.frames.filter(
      ({ direction, frame }) =>
        direction === 'out' && !handed.some((packet) => isStackAnswer(packet, frame, this.#isLocal)),
    );
    for (const packet of handed) this.#expectForwarded(step, packet);
    for (let waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
      if (this.#director.sent.length >= expected.length) break;
      this.#director.advance(STEP_MS);
    }
    this.#compare(step, expected);
    this.#compareConnections(step);
  }

  /** What is left to the stack and goes elsewhere is forwarded by it, so it must have been by the kernel's too. */
  #expectForwarded(step: RecordedStep, handed: Uint8Array): void {
    const destination = handed.subarray(30, 34).join('.');
    if (this.#isLocal(destination) || !this.#network.ipForward) return;
    const isThere = step.frames.some(
      ({ direction, frame }) => direction === 'out' && isStackAnswer(handed, frame, this.#isLocal),
    );
    if (!isThere)
      this.#differ(step, 'left to the stack, which forwards it; the kernel dropped it', hex(handed));
  }

  #compare(step: RecordedStep, expected: readonly RecordedFrame[]): void {
    const sent = this.#director.takeSent();
    for (const [i, wanted] of expected.entries()) {
      const got = sent[i];
      if (got === undefined) {
        this.#differ(step, `${wanted.place}: not sent`, hex(wanted.frame));
        continue;
      }
      const wantedHex = hex(withoutUndetermined(wanted.frame, this.#isLocal));
      const gotHex = hex(withoutUndetermined(got.frame, this.#isLocal));
      if (got.port !== wanted.port || gotHex !== wantedHex) {
        this.#differ(step, wanted.place, `recorded ${wantedHex}\n  sent     ${gotHex} on port ${got.port}`);
      } else if (idIsOpen(wanted.frame, this.#isLocal)) {
        const id = idOf(got.frame);
        const known = this.#ids.get(idOf(wanted.frame)) ?? id;
        this.#ids.set(idOf(wanted.frame), known);
        if (known !== id)
          this.#differ(step, `${wanted.place}: fragments of one packet differ in their id`, '');
      }
    }
    for (const extra of sent.slice(expected.length)) {
      this.#differ(step, `sent what was not recorded, on port ${extra.port}`, hex(extra.frame));
    }
  }

  #compareConnections(step: RecordedStep): void {
    if (step.connections === undefined) return;
    const { core, nowMs } = this.#director;
    const rows = snapshotOf(core.state, nowMs).connections.map(
      ({ protocol, client, virtual, server, state }) => [protocol, client, virtual, server, state].join(' '),
    );
    const got = rows.sort().join('\n  ');
    const wanted = [...step.connections].sort().join('\n  ');
    if (got !== wanted) this.#differ(step, 'connection table', `recorded:\n  ${wanted}\n  is:\n  ${got}`);
  }

  #command(line: string): void {
    const words = line.split(/\s+/);
    if (words[0] === 'ipvsadm') {
      this.#director.rules(line);
      return;
    }
    const mtu = /^ip link set (dc|dr) mtu (\d+)$/.exec(line);
    const address = /^ip addr (add|del) (\S+)\/32 dev lo$/.exec(line);
    if (mtu !== null) {
      const side = mtu[1] === 'dc' ? 'clientMtuBytes' : 'serverMtuBytes';
      this.#network = { ...this.#network, [side]: Number(mtu[2]) };
    } else if (address !== null) {
      const others = this.#network.vips.filter((vip) => vip !== address[2]);
      this.#network = {
        ...this.#network,
        vips: address[1] === 'del' ? others : [...others, address[2] as string],
      };
    } else {
      throw new Error(`${this.#recording.name}: no idea how to do "${line}"`);
    }
    this.#director.core.setNetwork(recordedNetwork(this.#network));
  }

  #mark(what: string): void {
    const rule = /^packets to (\S+) (tcp|udp) port (\d+) get mark (\d+)/.exec(what);
    if (rule === null) return;
    this.#director.core.state.marks.set({
      address: ipv4(rule[1] as string),
      prefixLength: 32,
      protocol: PROTOCOL[rule[2] as 'tcp' | 'udp'],
      port: Number(rule[3]),
      mark: Number(rule[4]),
    });
    this.#director.core.rulesChanged();
  }

  readonly #isLocal = (address: string): boolean =>
    ['10.0.1.1', '10.0.2.1', ...this.#network.vips].includes(address);

  #differ(step: RecordedStep, what: string, details: string): void {
    this.#differences.push(`"${step.what}": ${what}\n  ${details}`);
  }
}

function isCommand(what: string): boolean {
  return /^(ip|ipvsadm) /.test(what);
}

function networkOf(sysctls: Readonly<Record<string, number>>): RecordedNetworkOptions {
  const { 'net.ipv4.ip_forward': forward = 1, 'net.ipv4.ipfrag_time': seconds = 30 } = sysctls;
  return { ...RECORDED_DEFAULTS, ipForward: forward !== 0, fragmentTimeoutMs: seconds * 1000 };
}

function applySysctls(director: MemoryDirector, sysctls: Readonly<Record<string, number>>): void {
  const settings = director.core.state.settings as unknown as Record<string, number>;
  for (const [name, value] of Object.entries(sysctls)) {
    if (name.startsWith('net.')) continue;
    if (!(name in settings)) throw new Error(`the director does not know net.ipv4.vs.${name}`);
    settings[name] = value;
  }
}

function idOf(frame: Uint8Array): number {
  return ((frame[18] as number) << 8) | (frame[19] as number);
}

function hex(frame: Uint8Array): string {
  return Buffer.from(frame).toString('hex');
}
