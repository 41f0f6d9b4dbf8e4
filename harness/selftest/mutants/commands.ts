/** Mistakes in what ipvsadm prints, saves and refuses. */
import type { Mutant } from '../mutant.ts';

export const commands: readonly Mutant[] = [
  {
    id: 'list-sorted-as-text',
    sentence: 'ipvsadm -L sorts servers as text: 10.0.2.9 comes after 10.0.2.10.',
    file: 'control/ipvsadm/sorting.ts',
    before: 'return sorted(ranked, compareServers).map(({ entry }) => entry);',
    after:
      'return [...ranked].sort((a, b) => (a.entry.address < b.entry.address ? -1 : a.entry.address > b.entry.address ? 1 : a.port - b.port)).map(({ entry }) => entry);',
    expected: 'commands/list-servers',
  },
  {
    id: 'refused-edit-takes-effect',
    sentence: 'An edit of a server that is refused takes effect nevertheless.',
    file: 'control/ipvsadm/backend/local-backend.ts',
    before:
      '        this.#checkServer(service, serverKey(operation.server), operation.settings);\n        services.editDestination(service, serverKey(operation.server), serverOptions(operation.settings));\n',
    after:
      '        services.editDestination(service, serverKey(operation.server), serverOptions(operation.settings));\n        this.#checkServer(service, serverKey(operation.server), operation.settings);\n',
    expected: 'commands/refused-changes',
  },
  {
    id: 'persistence-15-bits',
    sentence: 'Persistence times above 32,767 s are cut to 15 bits.',
    file: 'control/ipvsadm/backend/local-backend.ts',
    before: 'persistenceMs: persistenceSeconds * 1000, netmask',
    after: 'persistenceMs: (persistenceSeconds & 0x7fff) * 1000, netmask',
    expected: 'commands/list-services',
  },
  {
    id: 'rate-decays-towards-zero',
    sentence: 'The estimate of a rate is truncated towards zero where it falls.',
    file: 'statistics.ts',
    before: 'Math.floor((rate - estimate) / 4)',
    after: 'Math.trunc((rate - estimate) / 4)',
    expected: 'commands/list-rates',
  },
  {
    id: 'totals-without-replies',
    sentence: 'Replies are missing in the director’s totals.',
    file: 'counting.ts',
    before: '  state.totals.countOut(bytes);\n',
    after: '',
    expected: 'commands/list-traffic',
  },
  {
    id: 'zero-of-one-spares-servers',
    sentence: 'ipvsadm -Z of one service leaves its servers’ counters as they are.',
    file: 'control/ipvsadm/backend/local-backend.ts',
    before: 'for (const destination of destinations) destination.statistics.zero();',
    after: 'if (name === undefined) for (const destination of destinations) destination.statistics.zero();',
    expected: 'commands/list-traffic',
  },
  {
    id: 'lower-threshold-listed-twice',
    sentence: 'ipvsadm -L --thresholds shows the lower threshold in the column of the upper one.',
    file: 'control/ipvsadm/list-services.ts',
    before: 'padded(upperThreshold, 10)',
    after: 'padded(lowerThreshold, 10)',
    expected: 'commands/list-servers',
  },
  {
    id: 'ops-not-saved',
    sentence: 'ipvsadm -S leaves out that a service schedules each packet for itself.',
    file: 'control/ipvsadm/save-rules.ts',
    before: "if (flags & SERVICE_FLAG.onePacket) parts.push(' -o');",
    after: '',
    expected: 'commands/list-services',
  },
  {
    id: 'netmask-of-everybody-not-shown',
    sentence: 'A service with the netmask 0.0.0.0 is listed and saved as one without a netmask.',
    file: 'control/ipvsadm/list-services.ts',
    before: 'return service.netmask === FULL_IPV4_MASK ? undefined : formatIpv4(service.netmask);',
    after:
      'return service.netmask === FULL_IPV4_MASK || service.netmask === 0 ? undefined : formatIpv4(service.netmask);',
    expected: 'commands/list-services',
  },
  {
    id: 'tunnel-checksum-not-saved',
    sentence: 'ipvsadm -S saves every GRE tunnel without checksums.',
    file: 'control/ipvsadm/save-rules.ts',
    before: 'CHECKSUM_OPTIONS[checksum]',
    after: 'CHECKSUM_OPTIONS[type === TUNNEL_TYPE.gue ? checksum : 0]',
    expected: 'commands/list-tunnels',
  },
  {
    id: 'set-zero-is-no-time',
    sentence: 'A 0 for ipvsadm --set sets the timeout to the default.',
    file: 'connections/timeouts.ts',
    before: 'if (udpMs !== 0) this.udpMs = udpMs;',
    after: 'this.udpMs = udpMs || 300_000;',
    expected: 'commands/timeouts',
  },
  {
    id: 'weight-16-bits-read',
    sentence: 'ipvsadm refuses weights above 65,535.',
    file: 'control/ipvsadm/read-option.ts',
    before: "server.weight = readNumber(value, 0, MAX_INT, 'illegal weight specified');",
    after: "server.weight = readNumber(value, 0, 65_535, 'illegal weight specified');",
    expected: 'commands/list-servers',
  },
  {
    id: 'time-left-rounded-up',
    sentence: 'The time that a connection has left is listed rounded to the nearest second.',
    file: 'control/ipvsadm/list-connections.ts',
    before: 'const seconds = Math.floor(ms / 1000);',
    after: 'const seconds = Math.round(ms / 1000);',
    expected: 'commands/list-connections',
  },
  {
    id: 'edit-adds-flags-only',
    sentence: 'An edit of a service adds flags and takes none away.',
    file: 'services/virtual-service.ts',
    before:
      '    this.flags = options.flags;\n    this.persistenceMs = options.persistenceMs;\n    this.netmask = options.netmask;\n    this.engine = options.engine;\n  }\n}',
    after:
      '    this.flags |= options.flags;\n    this.persistenceMs = options.persistenceMs;\n    this.netmask = options.netmask;\n    this.engine = options.engine;\n  }\n}',
    expected: 'commands/any-order',
  },
  {
    id: 'addresses-sorted-unsigned',
    sentence: 'ipvsadm -L sorts addresses as unsigned numbers: 10.0.0.1 comes before 207.175.44.110.',
    file: 'control/ipvsadm/sorting.ts',
    before: 'const difference = ((a[i] as number) - (b[i] as number)) | 0;',
    after: 'const difference = ((a[i] as number) >>> 0) - ((b[i] as number) >>> 0);',
    expected: 'commands/order',
  },
  {
    id: 'restore-skips-the-senseless',
    sentence: 'ipvsadm -R reads on behind a line that makes no sense.',
    file: 'control/ipvsadm/program.ts',
    before: '      if (error instanceof OptionError) return this.#refuse(error.message, lineNumber);\n',
    after:
      '      if (error instanceof OptionError) return this.#refuse(error.message, lineNumber);\n      if (error instanceof ExitError && lineNumber !== undefined) return this.#refuse(error.message, lineNumber);\n',
    expected: 'commands/restored',
  },
  {
    id: 'value-attached-to-a-letter-lost',
    sentence: 'A value that is attached to a short option is taken for further options.',
    file: 'control/ipvsadm/option-reader.ts',
    before: "    return this.#withValue(option, rest === '' ? undefined : rest.replace(/^=/, ''));",
    after: '    this.#bundle = rest;\n    return this.#withValue(option, undefined);',
    expected: 'commands/spellings',
  },
];
