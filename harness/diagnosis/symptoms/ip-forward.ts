/** NAT: replies reach the director, and end there, because it does not forward. */
import { counted } from '../../../statistics/number-text.ts';
import { endingAtDirector } from '../view/ending-at-director.ts';
import { type Symptom, shown } from './symptom.ts';

export const ipForward: Symptom = {
  id: 'ip-forward-off',
  occursIn: ({ repliesPassDirector }) => repliesPassDirector,
  isOfTheNetwork: true,
  isLastResort: false,
  leavesUnanswered: true,
  find: (view) => {
    const { director } = view.site;
    const isOn = director.facts?.settings.get('net.ipv4.ip_forward');
    const ended = isOn === 1 ? [] : endingAtDirector(view);
    if (ended.length === 0) return [];
    return [
      {
        id: 'ip-forward-off',
        host: director.host,
        message: `${counted(ended.length, 'reply', 'replies')} of the real servers reached the director, and none left it: ${
          isOn === 0 ? 'ip_forward is 0' : 'ip_forward is most likely 0'
        }. Requests do not need it; NAT’s replies are forwarded and do.`,
        cure: ['sysctl -w net.ipv4.ip_forward=1'],
        findings: shown(ended, 'This reply did not leave the director.'),
      },
    ];
  },
};
