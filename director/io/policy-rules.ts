/** Policy rules (ip-rule(8)): which routing tables are for all packets, and what the director cannot know. */
import { z } from 'zod';

/** As `ip -json rule show` prints them. */
export const policyRules = z.array(
  z.looseObject({
    priority: z.int(),
    src: z.string(),
    srclen: z.int().optional(),
    table: z.string().optional(),
  }),
);
export type PolicyRules = z.infer<typeof policyRules>;

/** What a rule says that is for every packet. */
const UNCONDITIONAL = new Set(['priority', 'src', 'table', 'protocol']);
/** Conditions that the kernel is not told of when it is asked for a route. */
const UNKNOWN = ['fwmark', 'tos', 'ipproto', 'sport', 'dport', 'uid_start'];

/**
 * Names of routing tables that every packet is looked up in, unless another decides before. What a rule with conditions
 * leads to (a mark, the interface that a packet came in on) is not for all.
 */
export function tablesForAll(rules: PolicyRules): string[] {
  return rules
    .filter((rule) => rule.src === 'all' && Object.keys(rule).every((key) => UNCONDITIONAL.has(key)))
    .flatMap(({ table }) => table ?? []);
}

export function hasVrfRule(rules: PolicyRules): boolean {
  return rules.some((rule) => 'l3mdev' in rule);
}

/**
 * The rules that balanced packets are not routed by, in words.
 * @param localTables Tables with routes of the type `local`: what these take in is the stack's affair.
 */
export function unheededRules(rules: PolicyRules, localTables: ReadonlySet<string>): string[] {
  return rules
    .filter((rule) => UNKNOWN.some((key) => key in rule) && !localTables.has(rule.table ?? ''))
    .map(({ priority, src, srclen, table = '?', ...conditions }) => {
      const from = srclen === undefined ? src : `${src}/${srclen}`;
      const asked = Object.entries(conditions).map(([key, value]) => ` ${key} ${value}`);
      return `${priority}: from ${from}${asked.join('')} lookup ${table}`;
    });
}
