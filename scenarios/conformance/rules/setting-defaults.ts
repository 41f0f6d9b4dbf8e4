/** What settings are before anybody has set them. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';

const DEFAULTS = {
  ...{ am_droprate: 10, amemthresh: 1024, cache_bypass: 0, conn_reuse_mode: 1 },
  ...{ drop_entry: 0, drop_packet: 0, secure_tcp: 0 },
  ...{ expire_nodest_conn: 0, expire_quiescent_template: 0 },
  ...{ lblc_expiration: 86_400, lblcr_expiration: 86_400 },
  ...{ nat_icmp_send: 0, pmtu_disc: 1, run_estimation: 1 },
  ...{ schedule_icmp: 0, sloppy_sctp: 0, sloppy_tcp: 0 },
} as const;

export const settingDefaults: readonly PacketCase[] = [
  packetCase({
    name: 'settings/defaults',
    title: 'Settings that nobody has set',
    requirement:
      'Until somebody sets them no defence is on, TCP and SCTP connections begin with a SYN or an INIT alone, tunnels obey “don’t fragment”, a SYN takes over a connection that is as good as over, lblc and lblcr forget an address after a day, and whatever else can be set is off.',
    sources: [kernel('settings, §6')],
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      // Those of a scheduler are there once it is used.
      for (const scheduler of ['lblc', 'lblcr']) {
        const service = await Service.add(stage, { scheduler });
        await stage.director.rules(['-D', ...service.key].join(' '));
      }
      return await stage.director.settings();
    },
    check: (_seen, settings) =>
      outcome(
        Object.keys(settings).length,
        `${Object.keys(DEFAULTS).length} settings`,
        expectValues(
          'A setting is not what it is by default.',
          Object.fromEntries(
            Object.entries(DEFAULTS).map(([name, value]) => [name, [value, settings[name]] as const]),
          ),
        ),
      ),
  }),
];
