/** NAT: replies reach a director that forwards, and none leaves it. */
import { counted } from '../../../statistics/number-text.ts';
import { endingAtDirector } from '../view/ending-at-director.ts';
import { type Symptom, shown } from './symptom.ts';

export const repliesEndAtDirector: Symptom = {
  id: 'replies-end-at-director',
  occursIn: ({ repliesPassDirector }) => repliesPassDirector,
  isOfTheNetwork: false,
  isLastResort: false,
  leavesUnanswered: true,
  find: (view) => {
    const { director } = view.site;
    const ended = director.facts?.settings.get('net.ipv4.ip_forward') === 1 ? endingAtDirector(view) : [];
    if (ended.length === 0) return [];
    return [
      {
        id: 'replies-end-at-director',
        host: director.host,
        message: `${counted(ended.length, 'reply', 'replies')} of the real servers reached the director, and none left it, although ip_forward is 1: its firewall drops what it forwards, or its routes lead the replies elsewhere.`,
        cure: [
          'nft list ruleset; iptables-save   # a forward chain that drops? accept what comes from the real servers',
          'ip route get CLIENT   # does it lead to the interface that was captured?',
        ],
        findings: shown(ended, 'This reply did not leave the director.'),
      },
    ];
  },
};
