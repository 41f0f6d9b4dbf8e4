/** Replays a recorded case of packets: every frame that the director sends must be the one that the kernel sent. */
import { get16, hex, ipText } from '../../../lab/frames/index.ts';
import { VirtualDirector } from '../../../lab/memory/virtual-director.ts';
import type { RecordingFormat } from '../recording.ts';
import { type CaseReplay, replaySteps } from '../replay-steps.ts';
import {
  PACKETS_FORMAT,
  type PacketCase,
  type RecordedFrame,
  type RecordedStep,
  readPacketCase,
} from './packet-case.ts';
import {
  localAddresses,
  networkAfter,
  RECORDED_DEFAULTS,
  RECORDED_PORTS,
  type RecordedNetworkOptions,
  recordedNeighbours,
  recordedNetwork,
} from './recorded-network.ts';
import { isStackAnswer } from './stack-answers.ts';
import { compareFrames, idIsOpen } from './undetermined.ts';

/** Longest that a step waits for frames that are sent by timers: fragments given up, silent neighbours. */
const PATIENCE_MS = 5_000;
const STEP_MS = 20;
const IP = 14;
const IP_ID = IP + 4;
const IP_DESTINATION = IP + 16;

export const packets: RecordingFormat = {
  name: PACKETS_FORMAT,
  recognises: ({ json }) => typeof json === 'object' && json !== null && 'setup' in json && 'steps' in json,
  replay: async (file) => {
    const recorded = await readPacketCase(file);
    return [
      replaySteps(
        recorded.name,
        recorded.steps,
        () => new PacketReplay(recorded),
        ({ what }) => what,
      ),
    ];
  },
};

class PacketReplay implements CaseReplay<RecordedStep> {
  readonly #recorded: PacketCase;
  readonly #director: VirtualDirector;
  /** IP identifications may be anything, but must be the same for fragments of the same datagram. */
  readonly #ids = new IdPairs();
  #network: RecordedNetworkOptions;

  constructor(recorded: PacketCase) {
    this.#recorded = recorded;
    this.#network = networkOf(recorded.sysctls);
    this.#director = new VirtualDirector({
      network: recordedNetwork(this.#network, recorded.macs),
      neighbours: recordedNeighbours(recorded.macs),
    });
    for (const [sysctl, value] of Object.entries(recorded.sysctls)) {
      if (!sysctl.startsWith('net.')) this.#director.set(sysctl, value);
    }
    this.#director.rules(...recorded.rules);
  }

  /** The connection table, a line each. */
  describe(): string[] {
    const rows = this.#director
      .snapshot()
      .connections.map(({ protocol, client, virtual, server, state }) =>
        [protocol, client, virtual, server, state].join(' '),
      );
    return rows.sort();
  }

  step(step: RecordedStep): string[] {
    this.#mark(step.what);
    if (isCommand(step.what)) for (const line of step.what.split(';')) this.#command(line.trim());
    const handed: Uint8Array[] = [];
    for (const { side, frame, direction } of step.frames) {
      if (direction === 'out') continue;
      const result = this.#director.receive(RECORDED_PORTS[side], frame);
      if (result.handed !== undefined) handed.push(result.handed);
      this.#director.advance(1);
    }
    const out = step.frames.filter(({ direction }) => direction === 'out');
    const expected = out.filter(
      ({ frame }) => !handed.some((packet) => isStackAnswer(packet, frame, this.#isLocal)),
    );
    const findings = handed.flatMap((packet) => this.#notForwarded(packet, out));
    for (let waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
      if (this.#director.sent.length >= expected.length) break;
      this.#director.advance(STEP_MS);
    }
    findings.push(...this.#compare(expected), ...this.#compareConnections(step));
    if (step === this.#recorded.steps.at(-1)) findings.push(...this.#end());
    return findings;
  }

  /** What the director still sends after the last step, none of which was recorded. */
  #end(): string[] {
    this.#director.advance(PATIENCE_MS);
    return this.#director
      .takeSent()
      .map(
        ({ port, frame }) => `sent after the last step what was not recorded, on port ${port}: ${hex(frame)}`,
      );
  }

  /** The machine's stack forwards a packet left to it that is for another host; the kernel's must have done so too. */
  #notForwarded(handed: Uint8Array, out: readonly RecordedFrame[]): string[] {
    if (this.#isLocal(ipText(handed, IP_DESTINATION)) || !this.#network.ipForward) return [];
    if (out.some(({ frame }) => isStackAnswer(handed, frame, this.#isLocal))) return [];
    return [`left to the stack, which forwards it; the kernel dropped it: ${hex(handed)}`];
  }

  #compare(expected: readonly RecordedFrame[]): string[] {
    const findings: string[] = [];
    const sent = this.#director.takeSent();
    for (const [i, { frame, place, side }] of expected.entries()) {
      const got = sent[i];
      if (got === undefined) {
        findings.push(`${place}: recorded ${hex(frame)}`, 'nothing was sent');
        continue;
      }
      const difference = compareFrames(frame, got.frame, this.#isLocal);
      if (got.port !== RECORDED_PORTS[side]) {
        findings.push(`${place}: recorded on port ${RECORDED_PORTS[side]}, sent on port ${got.port}`);
      } else if (difference !== undefined) {
        findings.push(
          `${place}: recorded ${difference.recorded}`,
          `${' '.repeat(place.length)}  sent     ${difference.sent}`,
        );
      } else if (idIsOpen(frame, this.#isLocal)) {
        const ids = [get16(frame, IP_ID), get16(got.frame, IP_ID)] as const;
        if (!this.#ids.add(...ids)) {
          findings.push(
            `${place}: recorded with the id ${ids[0]}, sent with ${ids[1]}; other fragments say otherwise`,
          );
        }
      }
    }
    for (const { port, frame } of sent.slice(expected.length)) {
      findings.push(`sent what was not recorded, on port ${port}: ${hex(frame)}`);
    }
    return findings;
  }

  #compareConnections(step: RecordedStep): string[] {
    if (step.connections === undefined) return [];
    const got = this.describe();
    const wanted = [...step.connections].sort();
    if (got.join() === wanted.join()) return [];
    return [
      ...wanted.map((connection) => `recorded connection ${connection}`),
      ...got.map((connection) => `seen connection ${connection}`),
    ];
  }

  #command(line: string): void {
    const words = line.split(/\s+/);
    if (words[0] === 'ipvsadm') {
      this.#director.rules(line);
      return;
    }
    this.#network = networkAfter(line, this.#network);
    this.#director.setNetwork(recordedNetwork(this.#network, this.#recorded.macs));
  }

  #mark(what: string): void {
    const rule = /^packets to (\S+) (tcp|udp) port (\d+) get mark (\d+)/.exec(what);
    if (rule === null) return;
    const [, dst = '', proto, dport, set = ''] = rule;
    this.#director.mark({ dst, proto, dport, set });
  }

  readonly #isLocal = (address: string): boolean => localAddresses(this.#network).includes(address);
}

/** IP identifications of the recording and of the replay, matched one to one. */
class IdPairs {
  readonly #sentByRecorded = new Map<number, number>();
  readonly #recordedBySent = new Map<number, number>();

  /** Remembers the two as a pair; false if one of them already has another partner. */
  add(recorded: number, sent: number): boolean {
    const isPair =
      (this.#sentByRecorded.get(recorded) ?? sent) === sent &&
      (this.#recordedBySent.get(sent) ?? recorded) === recorded;
    this.#sentByRecorded.set(recorded, sent);
    this.#recordedBySent.set(sent, recorded);
    return isPair;
  }
}

function isCommand(what: string): boolean {
  return /^(ip|ipvsadm) /.test(what);
}

function networkOf(sysctls: Readonly<Record<string, number>>): RecordedNetworkOptions {
  const { 'net.ipv4.ip_forward': forward = 1, 'net.ipv4.ipfrag_time': seconds = 30 } = sysctls;
  return { ...RECORDED_DEFAULTS, ipForward: forward !== 0, fragmentTimeoutMs: seconds * 1000 };
}
