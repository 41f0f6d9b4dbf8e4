/** Mistakes by which state outlives what it belongs to, or is taken for another’s. */
import type { Mutant } from '../mutant.ts';

export const lifetimes: readonly Mutant[] = [
  {
    id: 'row-state-not-reset',
    sentence: 'A new connection begins in the state in which the one before in its row ended.',
    file: 'connections/table.ts',
    before: '    this.state[row] = 0;\n',
    after: '',
    expected: 'lifetime/fresh',
  },
  {
    id: 'template-any-protocol',
    sentence: 'A template of a TCP service is used for the UDP service on the same address and port.',
    file: 'connections/table.ts',
    before:
      '        this.virtualPort[row] === virtualPort &&\n        this.protocol[row] === protocol &&\n        ((this.flags[row] as number) & TEMPLATE) !== 0',
    after:
      '        this.virtualPort[row] === virtualPort &&\n        ((this.flags[row] as number) & TEMPLATE) !== 0',
    expected: 'scale/look-alikes',
  },
  {
    id: 'one-packet-stays-if-dropped',
    sentence: 'A one-packet connection stays counted if its packet could not be forwarded.',
    file: 'incoming.ts',
    before: '    const verdict = this.#forwarder.forward(packet, row, nowMs);\n    connections.finish(row);',
    after:
      '    const verdict = this.#forwarder.forward(packet, row, nowMs);\n    if (verdict !== VERDICT.drop) connections.finish(row);',
    expected: 'lifetime/one-packet',
  },
  {
    id: 'syn-sent-12-seconds',
    sentence: 'A connection in SYN_SENT is kept for 12 seconds instead of 120.',
    file: 'connections/tcp-states.ts',
    before: 'synSent: 120_000,',
    after: 'synSent: 12_000,',
    expected: 'timeout/syn-sent',
  },
  {
    id: 'template-set-aside-on-port-0',
    sentence:
      'A template that has become invalid is set aside under port 0, where a service for all ports finds it again.',
    file: 'connections/opener.ts',
    before: '    table.virtualPort[template] = INVALID_PORT;\n',
    after: '    table.virtualPort[template] = 0;\n',
    expected: 'persistence/set-aside',
  },
  {
    id: 'flush-spares-templates',
    sentence: 'expire_nodest_conn ends the connections of a deleted server but not its templates.',
    file: 'connections/tracker.ts',
    before:
      '    for (const row of rows) if (this.#isTemplate(row) && this.table.controlled[row] === 0) this.#remove(row);\n',
    after: '',
    expected: 'deleted/flushed-templates',
  },
  {
    id: 'parked-purged-after-first-look',
    sentence:
      'A deleted server is forgotten at the first look after a minute, not two minutes after it became idle.',
    file: 'services/parked-destinations.ts',
    before: 'const KEPT_MS = 120_000;',
    after: 'const KEPT_MS = 0;',
    expected: 'lifetime/deleted',
  },
  {
    id: 'persistence-host-byte-order',
    sentence: 'A persistence netmask is applied to the address in the other byte order.',
    file: 'connections/opener.ts',
    before: 'packet.source & service.netmask',
    after:
      'packet.source & ((service.netmask << 24) | ((service.netmask & 0xff00) << 8) | ((service.netmask >>> 8) & 0xff00) | (service.netmask >>> 24))',
    expected: 'persistence/netmask',
  },
  {
    id: 'persistence-ftp-own-template',
    sentence: 'An FTP control connection has a template of its own, which its data connections do not share.',
    file: 'connections/opener.ts',
    before: 'const ownPort = toServicePort && service.port !== FTP_PORT;',
    after: 'const ownPort = toServicePort;',
    expected: 'ftp/passive',
  },
  {
    id: 'mh-revived-old-weight',
    sentence: 'A server that is deleted and added again with weight 0 keeps its old share of mh’s table.',
    file: 'services/destination.ts',
    before: '    this.edit(options);\n    this.lastWeight = options.weight;\n',
    after: '    this.edit(options);\n',
    expected: 'scheduler/mh/added-again',
  },
  {
    id: 'retired-scheduler-keeps-servers',
    sentence: 'A scheduler that is replaced does not let go of the servers that it remembers.',
    file: 'services/virtual-service.ts',
    before: '      this.scheduler?.retired?.();\n',
    after: '',
    expected: 'lifetime/nothing-left',
  },
  {
    id: 'server-counters-begin-anew',
    sentence: 'The counters of servers begin anew where another process takes over.',
    file: 'services/destination.ts',
    before: '    server.statistics.restore(statistics);\n',
    after: '',
    expected: 'lifetime/taken-over',
  },
];
