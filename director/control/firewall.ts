/**
 * Netfilter's rules on this machine that packets of virtual services pass by: the director takes requests in front of
 * them, and sends past them. With the kernel's IPVS they would count.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Tables of the director's own begin so. */
const OWN_TABLE_PREFIX = 'lvs-lab';
const FAMILIES: readonly string[] = ['ip', 'inet'];

/** What the director does not do, by netfilter's hook. */
const CONSEQUENCES: Readonly<Record<string, string>> = {
  input:
    'requests to virtual services do not pass the INPUT chains: what these drop is balanced all the same',
  forward: 'replies of NAT servers do not pass the FORWARD chains',
  output: 'what the director sends does not pass the OUTPUT chains',
  postrouting: 'what the director sends does not pass the POSTROUTING chains: it is not masqueraded',
};

interface Chain {
  readonly hook: string;
  readonly title: string;
  readonly policy: string;
  rules: number;
}

/** A warning for each hook at which there are rules; empty where there are none, or nobody can tell. */
export async function firewallWarnings(): Promise<string[]> {
  const chains = [...(await nftablesChains()), ...(await legacyChains())];
  return Object.entries(CONSEQUENCES).flatMap(([hook, consequence]) => {
    const concerned = chains.filter(
      (chain) => chain.hook === hook && (chain.rules > 0 || chain.policy === 'drop'),
    );
    if (concerned.length === 0) return [];
    return [`${consequence} (${concerned.map(({ title }) => title).join(', ')})`];
  });
}

async function nftablesChains(): Promise<Chain[]> {
  // Without the elements of sets, as the director's own may hold many. Not as JSON: of tables that belong to a process, as
  // its own do, nft 1.0.6 prints flags from memory that is not theirs, and may end there.
  const listed = await run('nft', ['-t', 'list', 'ruleset'], { maxBuffer: 1 << 28 }).catch(() => undefined);
  return listed === undefined ? [] : chainsOf(listed.stdout);
}

/** Those that hang on a hook. @param ruleset What `nft list ruleset` prints: tables, in them chains, in them rules. */
export function chainsOf(ruleset: string): Chain[] {
  const chains: Chain[] = [];
  let place = { isOthers: false, table: '', chain: '' };
  let hooked: Chain | undefined;
  for (const line of ruleset.split('\n')) {
    const [first = '', second = '', third = ''] = line.trim().split(' ');
    const depth = line.length - line.trimStart().length;
    if (depth < 2) hooked = undefined;
    if (depth === 0 && first === 'table') {
      const isOthers = FAMILIES.includes(second) && !third.startsWith(OWN_TABLE_PREFIX);
      place = { isOthers, table: `${second} ${third}`, chain: '' };
    } else if (depth === 1) {
      place = { ...place, chain: first === 'chain' ? second : '' };
    } else if (place.isOthers && place.chain !== '') {
      const [, hook] = /^type \S+ hook (\S+) /.exec(line.trim()) ?? [];
      if (hook !== undefined) {
        const [, policy = 'accept'] = /; policy (\w+);/.exec(line) ?? [];
        const title = `table ${place.table}, chain ${place.chain}${policy === 'drop' ? ', policy drop' : ''}`;
        hooked = { hook, title, policy, rules: 0 };
        chains.push(hooked);
      } else if (hooked !== undefined && first !== 'comment') hooked.rules++;
    }
  }
  return chains;
}

/** Those of iptables before nftables, which nft does not show. */
async function legacyChains(): Promise<Chain[]> {
  const tables = await readFile('/proc/net/ip_tables_names', 'utf8').catch(() => '');
  const saved = await Promise.all(
    tables
      .split('\n')
      .filter((name) => name !== '')
      .map((name) => run('iptables-legacy-save', ['-t', name]).catch(() => undefined)),
  );
  return saved.flatMap((one) => (one === undefined ? [] : legacyChainsOf(one.stdout)));
}

/** @param saved What `iptables-save` prints. */
export function legacyChainsOf(saved: string): Chain[] {
  const chains = new Map<string, Chain>();
  let table = '';
  for (const line of saved.split('\n')) {
    const [first = '', second = ''] = line.split(' ');
    if (first.startsWith('*')) table = first.slice(1);
    else if (first.startsWith(':')) {
      const name = first.slice(1);
      const policy = second.toLowerCase();
      const title = `table ${table} of iptables, chain ${name}${policy === 'drop' ? ', policy drop' : ''}`;
      chains.set(`${table} ${name}`, { hook: name.toLowerCase(), title, policy, rules: 0 });
    } else if (first === '-A') {
      const chain = chains.get(`${table} ${second}`);
      if (chain) chain.rules++;
    }
  }
  return [...chains.values()];
}
