/** Mistakes that show in a running director alone: what it asks of the kernel, and what it gathers as it ages. */
import type { Mutant } from '../mutant.ts';

export const running: readonly Mutant[] = [
  {
    id: 'claims-never-given-back',
    sentence:
      'What was once claimed from the kernel stays claimed: after a service is deleted its port is dead.',
    file: 'io/nftables.ts',
    before: "          : this.#elements('delete', set, deleted)),",
    after: '          : []),',
    expected: 'running/age',
    isRunning: true,
  },
  {
    id: 'ranges-never-given-back',
    sentence: 'What was claimed of all ports of an address stays claimed.',
    file: 'io/nftables.ts',
    before: '    this.#rules = rules;\n',
    after: '',
    expected: 'running/age',
    isRunning: true,
  },
  {
    id: 'vouched-neighbours-asked',
    sentence: 'Changes of the kernel’s permanent neighbours are not noticed.',
    file: 'io/kernel-neighbours.ts',
    before: 'else this.#byPort.set(key.port, known.set(key.address, mac));',
    after: 'else if (this.#byPort.size === 0) this.#byPort.set(key.port, known.set(key.address, mac));',
    expected: 'running/neighbours',
    isRunning: true,
  },
  {
    id: 'rings-not-handed-over',
    sentence: 'What waits in the sockets of a director is lost as another one takes its place.',
    file: 'io/engine.ts',
    before: '    this.#rings = rings.map(({ descriptor }) => descriptor);\n',
    after: '',
    expected: 'running/rules',
    isRunning: true,
  },
  {
    id: 'route-changes-unseen',
    sentence: 'Changes of routes alone are not noticed while the director runs.',
    file: 'io/network-changes.ts',
    before: 'addresses: 5, routes: 7, ',
    after: 'addresses: 5, ',
    expected: 'running/routes',
    isRunning: true,
  },
  {
    id: 'log-line-per-drop',
    sentence: 'Every dropped packet is written to the log.',
    file: 'io/frame-intake.ts',
    before: 'readonly #receive: Receive = (nowMs) => this.core.receive(this.#packet, nowMs);',
    after:
      'readonly #receive: Receive = (nowMs) => { const verdict = this.core.receive(this.#packet, nowMs); if (verdict === VERDICT.drop) this.#options.log(`dropped a packet of ${this.#packet.length} bytes`); return verdict; };',
    expected: 'running/age',
    isRunning: true,
  },
  {
    id: 'descriptor-for-each-request',
    sentence: 'The descriptor of each connection to the control socket is kept open.',
    file: 'control/serve.ts',
    before: '    connection.end();\n',
    after: '',
    expected: 'running/age',
    isRunning: true,
  },
  {
    id: 'flows-never-in-the-kernel',
    sentence: 'No connection becomes the kernel’s: all packets take the slow way.',
    file: 'io/engine.ts',
    before: 'this.#fastPath?.settle(nowMs, !worked) === true;',
    after: 'false;',
    expected: 'running/fast-path',
    isRunning: true,
  },
];
