/** Values that settings take. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';

/** Switches and numbers, which may be any integer that is not negative. */
const NUMBERS = [
  ...['am_droprate', 'amemthresh', 'cache_bypass', 'conn_reuse_mode', 'expire_nodest_conn'],
  ...['expire_quiescent_template', 'nat_icmp_send', 'pmtu_disc', 'run_estimation', 'schedule_icmp'],
  ...['sloppy_sctp', 'sloppy_tcp'],
];
/** Defences, which have four modes. */
const MODED = ['drop_entry', 'drop_packet', 'secure_tcp'];
const LARGEST = 2 ** 31 - 1;

export const settingRanges: readonly PacketCase[] = [
  packetCase({
    name: 'settings/ranges',
    title: 'Settings take every number of their range, and no other',
    requirement:
      'Settings are integers of 31 bits, those of the three defences 0 to 3; what is larger is refused, and so is a setting that there is not.',
    sources: [kernel('settings, §6')],
    modes: ALL_MODES,
    virtualTime: true,
    play: async ({ director }) => {
      const takes: Record<string, [string, string]> = {};
      const tries = async (name: string, value: number, isTaken: boolean) => {
        const answer = await director.set(name, value).then(
          () => 'taken',
          () => 'refused',
        );
        takes[`${name}=${value}`] = [isTaken ? 'taken' : 'refused', answer];
      };
      for (const name of NUMBERS) {
        for (const value of [0, 1, 9, 10, LARGEST]) await tries(name, value, true);
        for (const value of [LARGEST + 1, 2 ** 32]) await tries(name, value, false);
      }
      for (const name of MODED) {
        for (const value of [0, 1, 2, 3]) await tries(name, value, true);
        for (const value of [4, LARGEST]) await tries(name, value, false);
      }
      await tries('no_such_setting', 0, false);
      return takes;
    },
    check: (_seen, takes) =>
      outcome(
        Object.keys(takes).length,
        `${Object.keys(takes).length} values of ${NUMBERS.length + MODED.length} settings`,
        expectValues('A value is not taken as it should be.', takes),
      ),
  }),
];
