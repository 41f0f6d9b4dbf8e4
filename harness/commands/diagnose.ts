/** `lvs-lab diagnose` */

import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { parseIpv4, RuleError } from '../../director/index.ts';
import { printable } from '../../director/shown-text.ts';
import { openCapture } from '../../lab/captures/files/open-capture.ts';
import { CaptureError } from '../../lab/captures/read-capture.ts';
import { SCTP, TCP, UDP } from '../../lab/frames/index.ts';
import { EXIT_CODES } from '../../reports/result.ts';
import { sitesOf } from '../diagnosis/captured-sites.ts';
import { COLLECT_COMMAND, FactsError, type HostFacts, readFacts } from '../diagnosis/host-facts.ts';
import { asJson } from '../diagnosis/report/as-json.ts';
import { diagnosisOf, EXIT_CODE_OF } from '../diagnosis/report/diagnosis.ts';
import { inWords } from '../diagnosis/report/in-words.ts';
import { type MarkedAddress, servicesLeftOut } from '../diagnosis/rules.ts';
import type { Site } from '../diagnosis/site.ts';
import { withoutDuplicates } from '../diagnosis/view/duplicates.ts';
import { readRules } from '../rule-files/index.ts';

interface OfHost {
  readonly host: string;
  readonly file: string;
}

interface Flags {
  readonly rules: string;
  readonly pcap: readonly OfHost[];
  readonly facts?: readonly OfHost[];
  readonly mark?: ReadonlyMap<number, readonly MarkedAddress[]>;
  readonly json?: boolean;
}

const MORE_HELP = `
HOST is "director", the address (RIP) of a real server as the rules name it, or any other name for a client or a router.
Capture whole packets, Ethernet headers included, while clients try to connect:

  tcpdump -i eth0 -s 0 -w director.pcap        on the director, and likewise on a real server
  ipvsadm -S -n > rules                        on the director

On the wire a missing VIP and a reverse path filter look alike. Settings collected on the host tell them apart:

  (${COLLECT_COMMAND}) > facts

Example:
  lvs-lab diagnose --rules rules --pcap director=director.pcap \\
    --pcap 10.0.2.11=rs1.pcap --facts 10.0.2.11=facts

Captures may be pcap or pcapng, of one interface or of all (tcpdump -i any), with VLAN tags, and compressed by gzip or zstd.
Names in rules are looked up on this machine; ipvsadm -S -n saves numbers.
A point that was not captured cannot be judged: on a director with two legs, capture both sides.

Exit codes:
  0 connections got their answers, and nothing wrong was found
  1 a misconfiguration was found
  2 bad usage, rules, captures or facts
  5 not judged: the captures show no request of the services, or no connection of which an answer could be seen
`;

export function addDiagnoseCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('diagnose')
    .summary('find misconfigurations at a real site, from its captures')
    .description(
      'Reads captures from a site’s director and real servers, together with the rules, and names each ' +
        'misconfiguration (gateway, ARP, VIP, tunnel, rp_filter, ip_forward, offloads) and its fix.',
    )
    .requiredOption(
      '--rules <file>',
      'rules: what ipvsadm -S -n or ipvsadm -L -n prints, or a keepalived.conf',
    )
    .requiredOption('--pcap <HOST=FILE>', 'a capture of a host; repeatable', collectOfHost)
    .option('--facts <HOST=FILE>', 'settings collected on a host (see below); repeatable', collectOfHost)
    .option(
      '--mark <MARK=PROTOCOL/ADDRESS:PORT>',
      'what clients ask for of a service by firewall mark, such as 1=tcp/10.0.1.100:80; repeatable',
      collectMark,
    )
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', MORE_HELP)
    .action(async (flags: Flags) => {
      try {
        onExit(await run(flags));
      } catch (error) {
        const isUsersConcern = [CaptureError, RuleError, FactsError].some((kind) => error instanceof kind);
        if (!isUsersConcern && !isUnreadable(error)) throw error;
        process.stderr.write(printable(`lvs-lab diagnose: ${(error as Error).message}\n`));
        onExit(EXIT_CODES.usage);
      }
    });
}

async function run({ rules, pcap, facts = [], mark: marks = new Map(), json }: Flags): Promise<number> {
  const opened = await Promise.all(pcap.map(({ host, file }) => openCapture(host, file)));
  const { captures, remarks } = withoutDuplicates(opened);
  const given = {
    rules: await readRules(rules),
    rulesName: rules,
    captures,
    marks,
    facts: new Map(
      await Promise.all(
        facts.map(
          async ({ host, file }): Promise<[string, HostFacts]> => [
            host,
            readFacts(await readFile(file, 'utf8'), file),
          ],
        ),
      ),
    ),
  };
  const sites = sitesOf(given);
  const leftOut = servicesLeftOut(given.rules, rules, marks);
  const unknown = facts.find(
    ({ host }) => sites.length > 0 && !sites.some((site) => hostNames(site).includes(host)),
  );
  if (unknown !== undefined) {
    throw new FactsError(
      `--facts ${unknown.host}: neither "director", nor a real server of the rules (${sites.flatMap(({ servers }) => servers.map(({ host }) => host)).join(', ')}), nor a host of a capture`,
    );
  }
  const diagnosis = diagnosisOf(sites, captures, remarks, leftOut);
  process.stdout.write(json === true ? asJson(diagnosis, captures) : printable(inWords(diagnosis, captures)));
  return EXIT_CODE_OF[diagnosis.verdict];
}

function hostNames({ director, servers, others }: Site): string[] {
  return [director, ...servers, ...others].map(({ host }) => host);
}

function collectOfHost(value: string, before: readonly OfHost[] | undefined): OfHost[] {
  const at = value.indexOf('=');
  if (at <= 0 || at === value.length - 1) {
    throw new InvalidArgumentError(`Expected HOST=FILE, such as director=director.pcap; got "${value}".`);
  }
  return [...(before ?? []), { host: value.slice(0, at), file: value.slice(at + 1) }];
}

const PROTOCOLS: Readonly<Record<string, number>> = { tcp: TCP, udp: UDP, sctp: SCTP };

function collectMark(value: string, before: ReadonlyMap<number, readonly MarkedAddress[]> = new Map()) {
  const [, mark = '', name = '', address = '', port = ''] = /^(\d+)=(\w+)\/([\d.]+):(\d+)$/.exec(value) ?? [];
  const [protocol, parsed] = [PROTOCOLS[name], parseIpv4(address)];
  if (protocol === undefined || parsed === undefined) {
    throw new InvalidArgumentError(
      `Expected MARK=PROTOCOL/ADDRESS:PORT, such as 1=tcp/10.0.1.100:80; got "${value}".`,
    );
  }
  const key = Number(mark) | 0;
  return new Map(before).set(key, [
    ...(before.get(key) ?? []),
    { protocol, address: parsed, port: Number(port) },
  ]);
}

function isUnreadable(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ENOENT', 'EACCES', 'EISDIR'].includes(String(error.code))
  );
}
