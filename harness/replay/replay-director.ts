/** A director in memory within the recordings' network, under a clock that moves when it is told to. */
import { applyCommand } from '../../director/control/command.ts';
import { parseMark } from '../../director/control/mark-rule.ts';
import { parseRule } from '../../director/control/rules.ts';
import { Core } from '../../director/core.ts';
import { HEADROOM_BYTES, Packet } from '../../director/packet.ts';
import type { VirtualService } from '../../director/services/virtual-service.ts';
import type { Settings } from '../../director/settings.ts';
import type { DirectorState } from '../../director/state.ts';
import { VERDICT } from '../../director/verdict.ts';
import { formatIpv4, ipv4 } from '../../director/wire/addresses.ts';
import { ARP_REPLY, arpTargetIp, writeArp } from '../../director/wire/arp.ts';
import { ETHERNET_HEADER_BYTES, ETHERTYPE, etherType, writeEthernet } from '../../director/wire/ethernet.ts';
import { CLIENT_PORT, CLIENT_SIDE_MAC, macOf, NETWORK, SERVER_PORT, SERVER_SIDE_MAC } from './network.ts';
import { NOBODY, type Outcome, outcomeOf, stackOutcome } from './outcome.ts';
import { RecordingError } from './recording.ts';
import { type Endpoint, flagBits, tcpFrame, udpFrame } from './segments.ts';

/** Between a packet and the next one. */
const PACKET_MS = 2;
const TICK_MS = 20;
/** More than any case makes. */
const MAX_CONNECTIONS = 1 << 16;
const MAX_FRAME_BYTES = 2048;
const CLIENT_ROUTER = ipv4('10.0.1.2');

interface SentFrame {
  readonly port: number;
  readonly bytes: Uint8Array;
}

export class ReplayDirector {
  readonly #core: Core;
  readonly #packet = new Packet();
  readonly #buffer = new Uint8Array(HEADROOM_BYTES + MAX_FRAME_BYTES);
  #sent: SentFrame[] = [];
  #nowMs = 0;

  constructor() {
    let random = 1;
    this.#core = new Core({
      sink: {
        send: (port, bytes, frame, length) => {
          this.#sent.push({ port, bytes: bytes.slice(frame, frame + length) });
        },
      },
      // Any will do: nothing that is compared depends on it.
      random: () => {
        random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
        return random;
      },
      // The recordings' kernel answered every refused packet.
      icmpRateLimitMs: 0,
      maxConnections: MAX_CONNECTIONS,
    });
    this.#core.setNetwork(NETWORK);
  }

  get state(): DirectorState {
    return this.#core.state;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** The only service there is. */
  get service(): VirtualService {
    const [service] = this.state.services.all();
    if (service === undefined) throw new RecordingError('the recording has no service');
    return service;
  }

  /** One line of `ipvsadm -R`. */
  rule(line: string): void {
    const command = parseRule(line);
    if (command !== undefined) applyCommand(this.state, command);
    this.#core.rulesChanged();
  }

  /** What goes to `dst` (ADDRESS/n) carries a firewall mark. */
  mark(dst: string, mark: number): void {
    applyCommand(this.state, parseMark({ dst, set: String(mark) }));
    this.#core.rulesChanged();
  }

  /** Sets `net.ipv4.vs.<name>`. */
  sysctl(name: string, value: number): void {
    if (!(name in this.state.settings)) {
      throw new RecordingError(`the director does not have the sysctl net.ipv4.vs.${name}`);
    }
    this.state.settings[name as keyof Settings] = value;
  }

  /** Lets time pass without a packet. */
  wait(ms: number): void {
    this.waitUntil(this.#nowMs + ms);
  }

  /** @param expireUntilMs Timers only run up to here: the kernel's may be late, though never early. */
  waitUntil(endMs: number, expireUntilMs = endMs): void {
    while (this.#nowMs < endMs) {
      this.#nowMs = Math.min(endMs, this.#nowMs + TICK_MS);
      if (this.#nowMs <= expireUntilMs) this.#core.tick(this.#nowMs);
    }
  }

  /** A TCP segment with flags such as `SA`. */
  tcpFromClient(client: Endpoint, virtual: Endpoint, flags: string): Outcome {
    const stations = { from: macOf(CLIENT_ROUTER), to: CLIENT_SIDE_MAC };
    return this.#receive(CLIENT_PORT, tcpFrame(stations, client, virtual, flagBits(flags)));
  }

  udpFromClient(client: Endpoint, virtual: Endpoint): Outcome {
    const stations = { from: macOf(CLIENT_ROUTER), to: CLIENT_SIDE_MAC };
    return this.#receive(CLIENT_PORT, udpFrame(stations, client, virtual));
  }

  tcpFromServer(server: Endpoint, client: Endpoint, flags: string): Outcome {
    const stations = { from: macOf(server.address), to: SERVER_SIDE_MAC };
    return this.#receive(SERVER_PORT, tcpFrame(stations, server, client, flagBits(flags)));
  }

  udpFromServer(server: Endpoint, client: Endpoint): Outcome {
    const stations = { from: macOf(server.address), to: SERVER_SIDE_MAC };
    return this.#receive(SERVER_PORT, udpFrame(stations, server, client));
  }

  /** The scheduler's and the servers' state, a line each. */
  describe(): string[] {
    const { scheduler, destinations } = this.service;
    const memory = Object.entries(scheduler.inspect?.() ?? {}).map(([what, value]) => `  ${what}: ${value}`);
    const servers = destinations.map((server) => {
      const { weight, activeConnections, inactiveConnections, upperThreshold, lowerThreshold } = server;
      return (
        `  ${formatIpv4(server.address)}:${server.port} weight ${weight} active ${activeConnections} ` +
        `inactive ${inactiveConnections} templates ${server.persistentConnections}` +
        (upperThreshold > 0 ? ` thresholds ${upperThreshold}/${lowerThreshold}` : '') +
        (server.overloaded ? ' overloaded' : '')
      );
    });
    return [`scheduler ${scheduler.name}`, ...memory, 'servers, in the order of the list', ...servers];
  }

  #receive(port: number, frame: Uint8Array): Outcome {
    this.wait(PACKET_MS);
    const packet = this.#packet;
    this.#buffer.set(frame, HEADROOM_BYTES);
    packet.set(this.#buffer, HEADROOM_BYTES, frame.length, port);
    const verdict = this.#core.receive(packet, this.#nowMs);
    if (verdict === VERDICT.transmit) {
      const bytes = this.#buffer.slice(packet.frame, packet.frame + packet.length);
      this.#sent.push({ port: packet.port, bytes });
    }
    const [sent] = this.#withoutArp();
    if (sent !== undefined) return outcomeOf(sent.port, sent.bytes);
    const isLeftToStack = verdict === VERDICT.pass || verdict === VERDICT.deliver;
    return isLeftToStack ? stackOutcome(frame, port === CLIENT_PORT) : NOBODY;
  }

  /** Takes what was sent. Every station answers ARP at once. */
  #withoutArp(): SentFrame[] {
    const packets: SentFrame[] = [];
    for (let sent = this.#sent.shift(); sent !== undefined; sent = this.#sent.shift()) {
      if (etherType(sent.bytes, 0) !== ETHERTYPE.arp) packets.push(sent);
      else this.#answerArp(sent);
    }
    return packets;
  }

  #answerArp({ port, bytes: request }: SentFrame): void {
    const asked = arpTargetIp(request, ETHERNET_HEADER_BYTES);
    const asker = request.slice(6, 12);
    const reply = new Uint8Array(HEADROOM_BYTES + request.length);
    writeEthernet(reply, HEADROOM_BYTES, asker, macOf(asked), ETHERTYPE.arp);
    writeArp(reply, HEADROOM_BYTES + ETHERNET_HEADER_BYTES, {
      operation: ARP_REPLY,
      senderMac: macOf(asked),
      senderIp: asked,
      targetMac: asker,
      targetIp: asked,
    });
    const packet = new Packet();
    packet.set(reply, HEADROOM_BYTES, request.length, port);
    this.#core.receive(packet, this.#nowMs);
  }
}
