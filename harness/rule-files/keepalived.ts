/** The virtual servers of a keepalived.conf, as rules. Everything else in the file is passed over. */
import { RuleError } from '../../director/index.ts';
import { type Block, blocksOf } from './keepalived-blocks.ts';

const METHOD_OPTION: Readonly<Record<string, string>> = { NAT: '-m', DR: '-g', TUN: '-i' };
const PROTOCOL_OPTION: Readonly<Record<string, string>> = { TCP: '-t', UDP: '-u', SCTP: '--sctp-service' };

/** @throws RuleError naming the line of what a rule cannot be made of. */
export function rulesOfKeepalived(text: string, name: string): string {
  const blocks = blocksOf(text, name);
  const groups = new Map(
    blocks.filter(({ words }) => words[0] === 'virtual_server_group').map((one) => [one.words[1], one]),
  );
  const servers = blocks.filter(({ words }) => words[0] === 'virtual_server');
  return servers.flatMap((server) => rulesOf(server, groups, name)).join('\n');
}

function rulesOf(server: Block, groups: ReadonlyMap<string | undefined, Block>, file: string): string[] {
  const scheduler = wordOf(server, 'lb_algo', 'lvs_sched') ?? 'wlc';
  const method = METHOD_OPTION[wordOf(server, 'lb_kind', 'lvs_method') ?? 'NAT'];
  if (method === undefined) throw wrong(server, file, 'lb_kind is none of NAT, DR and TUN');
  const persistence = server.blocks.find(({ words }) => words[0] === 'persistence_timeout');
  const options = [
    persistence === undefined ? '' : ` -p ${persistence.words[1] ?? 360}`,
    option(server, ' -M', 'persistence_granularity'),
    server.blocks.some(({ words }) => words[0] === 'ops') ? ' -o' : '',
  ].join('');
  return servicesOf(server, groups, file).flatMap((service) => [
    `-A ${service} -s ${scheduler}${options}`,
    ...server.blocks
      .filter(({ words }) => words[0] === 'real_server')
      .map((real) => {
        const [, address, port = '0'] = real.words;
        if (address === undefined) throw wrong(real, file, 'a real_server without an address');
        const own = METHOD_OPTION[wordOf(real, 'lvs_method') ?? ''] ?? method;
        return `-a ${service} -r ${endpoint(address, port)} ${own} -w ${wordOf(real, 'weight') ?? 1}`;
      }),
  ]);
}

/** The services that a virtual_server stands for: one, or those of its group. */
function servicesOf(server: Block, groups: ReadonlyMap<string | undefined, Block>, file: string): string[] {
  const [, first, second] = server.words;
  const protocol = PROTOCOL_OPTION[wordOf(server, 'protocol') ?? 'TCP'];
  if (protocol === undefined) throw wrong(server, file, 'the protocol is none of TCP, UDP and SCTP');
  if (first === 'fwmark') return [`-f ${second}`];
  if (first !== 'group') return [`${protocol} ${endpoint(first ?? '', second ?? '0')}`];
  const group = groups.get(second);
  if (group === undefined) throw wrong(server, file, `there is no virtual_server_group ${second}`);
  return group.blocks.flatMap(({ words: [address = '', port = '0'] }) => {
    if (address === 'fwmark') return [`-f ${port}`];
    return addressesOf(address).map((one) => `${protocol} ${endpoint(one, port)}`);
  });
}

/** `10.0.0.1-5` stands for five addresses. */
function addressesOf(text: string): string[] {
  const [, prefix, from, to] = /^(\d+\.\d+\.\d+\.)(\d+)-(\d+)$/.exec(text) ?? [];
  if (prefix === undefined) return [text];
  const [first, last] = [Number(from), Number(to)];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => `${prefix}${first + i}`);
}

function endpoint(address: string, port: string): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function wordOf({ blocks }: Block, ...names: readonly string[]): string | undefined {
  return blocks.find(({ words: [first = ''] }) => names.includes(first))?.words[1];
}

function option(block: Block, flag: string, name: string): string {
  const value = wordOf(block, name);
  return value === undefined ? '' : `${flag} ${value}`;
}

function wrong({ line, words }: Block, file: string, problem: string): RuleError {
  return new RuleError(`${file}, line ${line}: ${problem}\n  ${words.join(' ')}`);
}
